import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { DiskResult, TrimResult } from '../../collector/src/model/trim-result.ts';
import { allocationOf } from '../support/allocation.ts';
import type { CommandAnswer } from '../support/programs/run-to-end.ts';

/** A trim, and by how much each image's allocation fell while it ran, by our own measure. */
export interface Observation {
  readonly disks: readonly DiskResult[];
  /** What was said where there was no trim; nobody reads it where there was. */
  readonly refusal: string | null;
  /** By path of the image. */
  readonly fellBytes: ReadonlyMap<string, number>;
}

const BETWEEN_READINGS_MS = 250;
const SETTLE_LIMIT_MS = 10_000;

/** Reads the images right before and after. */
export async function observe(parts: {
  readonly images: readonly string[];
  /** `trimtab trim … --json`. */
  readonly trim: () => Promise<CommandAnswer>;
}): Promise<Observation> {
  const { images, trim } = parts;
  const before = await readAllocations(images);
  const { stdout, stderr } = await trim();
  const fellBytes = fall({ before, after: await readSettled(images) });
  // Whatever the exit code: a trim of which some or all filesystems failed has its result, too. A refusal is a document
  // as well, `{"error": …}`, and stderr has its words.
  const { disks = null } = JSON.parse(stdout || '{}') as Partial<TrimResult>;
  return disks === null ? { disks: [], refusal: stderr.trim(), fellBytes } : { disks, refusal: null, fellBytes };
}

export async function readAllocations(images: readonly string[]): Promise<ReadonlyMap<string, number>> {
  return new Map(await Promise.all(images.map(async (path) => [path, await takenBy(path)] as const)));
}

/** With its data file, where it has one. */
async function takenBy(path: string): Promise<number> {
  const data = `${path}.data`;
  return (await allocationOf(path)) + (existsSync(data) ? await allocationOf(data) : 0);
}

/** Two readings that agree: some filesystems give up blocks a while later. */
export async function readSettled(images: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const untilMs = performance.now() + SETTLE_LIMIT_MS;
  for (let last = await readAllocations(images); ; ) {
    await delay(BETWEEN_READINGS_MS);
    const next = await readAllocations(images);
    if (images.every((path) => last.get(path) === next.get(path)) || performance.now() > untilMs) return next;
    last = next;
  }
}

export function fall({
  before,
  after,
}: {
  before: ReadonlyMap<string, number>;
  after: ReadonlyMap<string, number>;
}): Map<string, number> {
  return new Map([...before].map(([path, bytes]) => [path, bytes - (after.get(path) ?? Number.NaN)]));
}
