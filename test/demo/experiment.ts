import { stat } from 'node:fs/promises';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import type { Narrator } from '../support/own-tools/narrator.ts';
import type { CollectorUnderTest } from '../support/programs/collector.ts';

/** The article's file: 1134 MB by scp's count, incompressible. */
export const FILE_BYTES = 1134 * 1024 * 1024;
export const IMAGE_BYTES = 30 * 1024 ** 3;

/** Where the experiment happens: a guest, or a loop device of this host. */
export interface Scene {
  readonly discard: 'unmap' | 'ignore';
  /** Path of the image on this host. */
  readonly image: string;
  /** As the collector knows it. */
  readonly guest: string;
  readonly mount: string;
  writeFile(): Promise<void>;
  removeFile(): Promise<void>;
}

export interface Run {
  readonly discard: Scene['discard'];
  readonly image: string;
  /** st_blocks × 512 of the image, taken by the demo itself. */
  readonly allocationBytes: {
    readonly start: number;
    readonly written: number;
    readonly deleted: number;
    readonly trimmed: number;
  };
  readonly trim: TrimResult;
}

/** The article's experiment: write, delete, trim; and after each step what the image takes on the host. */
export async function runExperiment(parts: {
  scene: Scene;
  collector: CollectorUnderTest;
  narrator: Narrator;
}): Promise<Run> {
  const { scene, collector, narrator } = parts;
  const measure = async (label: string) => {
    const { blocks } = await stat(scene.image);
    narrator.figure(label, blocks * 512);
    return blocks * 512;
  };
  const start = await measure('du on the host, empty filesystem');
  await narrator.during('the guest writes code.tar.gz, 1134 MiB that do not compress', scene.writeFile);
  const written = await measure('du on the host, file written');
  await narrator.during('the guest deletes it', scene.removeFile);
  const deleted = await measure('du on the host, file deleted');
  narrator.say(`$ trimtab trim ${scene.guest} ${scene.mount}`);
  const answer = await collector.trimtab('trim', scene.guest, scene.mount);
  narrator.quote(answer.stdout);
  if (answer.exitCode !== 0) throw new Error(`trimtab trim ended with ${answer.exitCode}: ${answer.stderr}`);
  const trimmed = await measure('du on the host, trimmed');
  const trim = (await collector.history()).find(({ guest }) => guest === scene.guest);
  if (trim === undefined) throw new Error('the trim is not in the history');
  return { discard: scene.discard, image: scene.image, allocationBytes: { start, written, deleted, trimmed }, trim };
}
