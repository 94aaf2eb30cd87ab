import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DiskResult } from '../../collector/src/model/trim-result.ts';
import { openTestStore } from '../collector/store/open-test-store.ts';
import { commandPath, runCommand } from '../support/machine/command.ts';
import { createLoopDisk } from '../support/machine/loop-disk.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { startHostAgent } from '../support/programs/host-agent.ts';

// Real collector and agent on this host, which is its own guest: filesystems on loop devices whose images are in real
// pools, each on a loop device of its own. What a pool got is seen here, too, with statfs(2) after a commit. Needs
// root.

const MIB = 1024 ** 2;
const POOL_BYTES = 1024 * MIB;
const FILES = 24;
const FILE_BYTES = 4 * MIB;

interface Stand {
  readonly pool: 'btrfs' | 'xfs' | 'ext4';
  /** After the image was written, before half of its files are deleted. */
  readonly afterWrite?: (at: { pool: string; image: string }) => Promise<unknown>;
  /** All files can be compressed. */
  readonly isCompressible?: boolean;
  /** All files are deleted. */
  readonly deletesAll?: boolean;
}

const copy = ({ image }: { image: string }) => runCommand('cp', ['--reflink=always', image, `${image}.copy`]);

const STANDS = {
  'in-one-piece': {
    pool: 'btrfs',
    // As if it had been copied in: its extents are as large as btrfs makes them.
    afterWrite: ({ image }) => runCommand('btrfs', ['filesystem', 'defragment', '-t', '256M', image]),
  },
  compressed: {
    pool: 'btrfs',
    isCompressible: true,
    // A loop device writes past the page cache, and what does is not compressed at once.
    afterWrite: ({ image }) => runCommand('btrfs', ['filesystem', 'defragment', '-czstd', image]),
  },
  copied: { pool: 'btrfs', afterWrite: copy },
  snapshot: {
    pool: 'btrfs',
    afterWrite: ({ pool }) => runCommand('btrfs', ['subvolume', 'snapshot', '-r', pool, `${pool}/before`]),
  },
  grown: { pool: 'btrfs', deletesAll: true },
  'xfs-copied': { pool: 'xfs', afterWrite: copy },
  'xfs-alone': { pool: 'xfs' },
  'others-remove': { pool: 'ext4', afterWrite: ({ pool }) => runCommand('dd', toDd(`${pool}/other`, 300)) },
  'others-write': { pool: 'ext4' },
} as const satisfies Record<string, Stand>;
type Name = keyof typeof STANDS;

interface Place {
  readonly pool: string;
  readonly image: string;
  readonly mount: string;
}

interface Seen extends Place {
  readonly disk: DiskResult;
  /** By which its free space rose between two commits, by our own measure. */
  readonly poolRoseBytes: number;
}

const cleanUp = createCleanUp((text) => console.error(text));
const seen = new Map<Name, Seen>();
let collector: CollectorUnderTest;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp('/var/tmp/trimtab-pools-');
  cleanUp.add('its folder', () => rm(directory, { recursive: true, force: true }));
  const places = new Map<Name, Place>();
  for (const name of Object.keys(STANDS) as Name[]) places.set(name, await makeStand({ directory, name }));
  collector = await startCollectorProgram({ directory });
  cleanUp.add('the collector', () => collector.program.stop());
  const fstrim = await makeFstrim({ directory, places });
  const agent = startHostAgent({ directory, port: collector.agentPort, args: ['--minimum-interval', '0s'], fstrim });
  cleanUp.add('the agent', () => agent.stop());
  const mounts = [...places.values()].map(({ mount }) => mount);
  await collector.untilConnected({ guest: hostname(), mounts, movement: agent.movement });
  for (const [name, place] of places) seen.set(name, await trim(place));
});

afterAll(() => cleanUp.run());

async function makeStand({ directory, name }: { directory: string; name: Name }): Promise<Place> {
  const { pool: kind, isCompressible, afterWrite, deletesAll }: Stand = STANDS[name];
  const pool = await createLoopDisk({ directory, name, bytes: POOL_BYTES, kind });
  cleanUp.add(pool.mount, async () => pool[Symbol.asyncDispose]());
  const disk = await createLoopDisk({ directory: pool.mount, name: 'disk', bytes: 256 * MIB });
  cleanUp.add(disk.mount, async () => disk[Symbol.asyncDispose]());
  // Digits of random bytes: half of it is left when it is compressed.
  const content = () =>
    isCompressible === true ? randomBytes(FILE_BYTES / 2).toString('hex') : randomBytes(FILE_BYTES);
  for (let file = 0; file < FILES; file += 1) await writeFile(join(disk.mount, `${file}`), content());
  await runCommand('sync', ['-f', disk.mount]);
  await afterWrite?.({ pool: pool.mount, image: disk.image });
  for (let file = 0; file < FILES; file += deletesAll === true ? 1 : 2) await rm(join(disk.mount, `${file}`));
  await runCommand('sync', ['-f', disk.mount]);
  await runCommand('sync', ['-f', pool.mount]);
  return { pool: pool.mount, image: disk.image, mount: disk.mount };
}

/** fstrim, and what others do to the pool in the middle of it. */
async function makeFstrim({ directory, places }: { directory: string; places: Map<Name, Place> }): Promise<string> {
  const [own, real] = [join(directory, 'own-fstrim'), join(directory, 'fstrim')];
  await copyFile(commandPath('fstrim') ?? 'no fstrim on this host', real);
  const [removed, written] = [places.get('others-remove')?.pool, places.get('others-write')?.pool];
  await writeFile(
    own,
    `#!/bin/sh
case "$*" in
  *${removed}*) rm -f ${removed}/other ;;
  *${written}*) dd if=/dev/zero of=${written}/other bs=1M count=300 conv=fsync status=none ;;
esac
exec ${real} "$@"
`,
  );
  await chmod(own, 0o755);
  return own;
}

async function freeBytes(pool: string): Promise<number> {
  await runCommand('sync', ['-f', pool]);
  const { bavail, bsize } = await statfs(pool);
  return bavail * bsize;
}

async function trim(place: Place): Promise<Seen> {
  const before = await freeBytes(place.pool);
  const { disks } = await collector.trim(hostname(), place.mount);
  const [disk] = disks;
  if (disk === undefined) throw new Error('the trim has no disk');
  return { ...place, disk, poolRoseBytes: (await freeBytes(place.pool)) - before };
}

function seenOf(name: Name): Seen {
  const found = seen.get(name);
  if (found === undefined) throw new Error(`${name} was not trimmed`);
  return found;
}

const HALF_BYTES = (FILES / 2) * FILE_BYTES;

it('an image in one piece on btrfs falls, its pool gets nothing, and btrfs itself says why', () => {
  const { disk, poolRoseBytes, image, pool } = seenOf('in-one-piece');
  expect(disk.hops.reclaimedBytes).toBeGreaterThan(0.9 * HALF_BYTES);
  expect(poolRoseBytes).toBeLessThan(4 * MIB);
  expect(disk).toMatchObject({
    verdict: 'held',
    cause: 'extents-held-in-part',
    hops: { regainedBytes: poolRoseBytes },
  });
  expect(disk.sentence).not.toContain('The host got');
  expect(disk.fix).toContain(`cp --reflink=never --sparse=always --preserve=mode,ownership ${image}`);
  expect(disk.sentence).toContain(`${pool} regained`);
});

it('a compressed image falls by what it was before compression, and the host is said to have got what its pool did', () => {
  const { disk, poolRoseBytes } = seenOf('compressed');
  expect(disk.hops.reclaimedBytes).toBeGreaterThan(0.9 * HALF_BYTES);
  expect(poolRoseBytes).toBeLessThan(0.75 * HALF_BYTES);
  expect(poolRoseBytes).toBeGreaterThan(2 * MIB);
  expect(disk).toMatchObject({
    verdict: 'reclaimed',
    cause: 'image-compressed',
    hops: { regainedBytes: poolRoseBytes },
  });
  expect(disk.sentence).toMatch(/^The host got [\d.]+ [KM]iB back in .*counted before compression\.$/);
});

it.each(['copied', 'snapshot'] as const)(
  'what a %s of it on btrfs shares is held, and the command that is told finds who has it',
  async (name) => {
    const { disk, poolRoseBytes, pool, image } = seenOf(name);
    expect(disk.hops.reclaimedBytes).toBeGreaterThan(0.9 * HALF_BYTES);
    expect(poolRoseBytes).toBeLessThan(8 * MIB);
    expect(disk).toMatchObject({ verdict: 'held', cause: 'extents-shared' });
    const [list = '', resolve = ''] = disk.remedy?.commands ?? [];
    const said = (await runCommand('sh', ['-c', `${list}; ${resolve}`])).trim();
    expect(said).toContain(name === 'copied' ? `${image}.copy` : 'before');
    expect(list).toBe(`btrfs subvolume list -s ${pool}`);
  },
);

it('a copy on xfs is found by the command for xfs, which is not that of btrfs', async () => {
  const { disk, image } = seenOf('xfs-copied');
  expect(disk).toMatchObject({ verdict: 'held', cause: 'extents-shared' });
  expect(disk.fix).not.toContain('btrfs');
  const [find = ''] = disk.remedy?.commands ?? [];
  expect((await runCommand('sh', ['-c', find])).trim().split('\n')).toContain(`${image}.copy`);
});

it.each(['grown', 'xfs-alone'] as const)(
  'an image that shares nothing (%s) gives its pool what it falls by',
  (name) => {
    const { disk, poolRoseBytes } = seenOf(name);
    expect(disk).toMatchObject({ verdict: 'reclaimed', cause: null, hops: { regainedBytes: expect.any(Number) } });
    const { reclaimedBytes, regainedBytes } = disk.hops;
    expect(Math.abs((regainedBytes ?? 0) - poolRoseBytes)).toBeLessThan(2 * MIB);
    expect(Math.abs((regainedBytes ?? 0) / (reclaimedBytes ?? 1) - 1)).toBeLessThan(0.1);
  },
);

it.each([
  ['others-remove', 'others freed space in the pool meanwhile'],
  ['others-write', 'others wrote to the pool meanwhile'],
] as const)('a pool says nothing of a trim beside which %s once', (name, why) => {
  const { disk, poolRoseBytes } = seenOf(name);
  expect(Math.abs(poolRoseBytes - HALF_BYTES)).toBeGreaterThan(200 * MIB);
  expect(disk).toMatchObject({ verdict: 'reclaimed', hops: { regainedBytes: null } });
  expect(disk.gaps).toContainEqual({ fact: 'regained', value: why });
});

it('what each pool got is counted, so that no forecast takes it for shrinking', async () => {
  await collector.program.stop();
  const store = await openTestStore(join(directory, 'collector'));
  const counted = new Map((await store.series('pool-given-back')).map((one) => [one.series.subject, one.levelBytes]));
  await store.close();
  const alone = ['in-one-piece', 'compressed', 'copied', 'snapshot', 'grown', 'xfs-copied', 'xfs-alone'] as const;
  for (const name of alone) {
    const { pool, poolRoseBytes } = seenOf(name);
    const countedBytes = counted.get(pool) ?? 0;
    expect(Math.abs(countedBytes - Math.max(0, poolRoseBytes)), `${name}: ${countedBytes}`).toBeLessThan(8 * MIB);
  }
});

function toDd(path: string, mib: number): string[] {
  return ['if=/dev/zero', `of=${path}`, 'bs=1M', `count=${mib}`, 'conv=fsync', 'status=none'];
}
