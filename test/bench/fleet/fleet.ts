import { randomUUID } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { connectFleetAgent, type FleetAgent, type FleetGuest } from './fleet-agent.ts';

const POOLS = 20;
const CONNECTING_AT_ONCE = 40;
const DISK_BYTES = 64 * 1024 ** 3;

export interface Fleet {
  readonly collector: CollectorUnderTest;
  readonly agents: readonly FleetAgent[];
  close(): Promise<void>;
}

/**
 * A collector with so many agents, all named in its configuration; half of the guests have a sparse image, in one of 20
 * pools. A pool is a folder that is mounted on itself, in a mount namespace that goes with the collector.
 */
export async function startFleet({
  directory,
  size,
  args = [],
  signal,
}: {
  readonly directory: string;
  readonly size: number;
  /** Of the collector, beside its configuration. */
  readonly args?: readonly string[];
  readonly signal: AbortSignal;
}): Promise<Fleet> {
  await mkdir(directory);
  const guests = Array.from(
    { length: size },
    (_, index): FleetGuest => ({ name: `guest-${index}`, uuid: randomUUID() }),
  );
  const config = await writeConfiguration({ directory, guests });
  const collector = await startCollectorProgram({
    directory,
    args: ['--config', config, ...args],
    through: withPools(directory),
  });
  const agents: FleetAgent[] = [];
  const close = async () => {
    for (const agent of agents) agent.close();
    await collector.program.stop();
  };
  try {
    const waiting = guests.entries();
    const connectSome = async () => {
      for (const [index, guest] of waiting) {
        signal.throwIfAborted();
        agents.push(await connectFleetAgent({ port: collector.agentPort, guest, index }));
      }
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connectSome));
    return { collector, agents, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const MOUNTS = 'for pool in "$0"/pool-*; do mount --bind "$pool" "$pool"; done; exec "$@"';

/** Each folder of the configuration is a pool to what is started through this. */
export const withPools = (directory: string): readonly string[] => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  MOUNTS,
  directory,
];

/** Of so many guests, with the images of half of them, in one of 20 pools each. */
export async function writeConfiguration({
  directory,
  guests,
}: {
  readonly directory: string;
  readonly guests: readonly FleetGuest[];
}): Promise<string> {
  for (let pool = 0; pool < POOLS; pool += 1) await mkdir(join(directory, `pool-${pool}`));
  const entries: string[] = [];
  for (const [index, { name, uuid }] of guests.entries()) {
    const image = join(directory, `pool-${index % POOLS}`, `${name}.raw`);
    // The other half has its image where this host cannot see it.
    if (index % 2 === 0) await createSparse(image);
    entries.push(`[[guest]]\nname = "${name}"\nuuid = "${uuid}"\n[[guest.disk]]\nimage = "${image}"\nformat = "raw"\n`);
  }
  const path = join(directory, 'collector.toml');
  await writeFile(path, entries.join('\n'));
  return path;
}

async function createSparse(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.truncate(DISK_BYTES);
    await file.write(Buffer.alloc(65_536, 1), 0, 65_536, 0);
  } finally {
    await file.close();
  }
}
