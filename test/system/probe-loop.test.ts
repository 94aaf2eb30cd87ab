import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disk, Filesystem, Inventory, Layer } from '@trimtab/protocol';
import { inventorySchema } from '@trimtab/protocol';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKernelFiles } from '../../agent/src/io/kernel-files.ts';
import { NO_DEVICE_MAPPER } from '../../agent/src/ports/device-mapper.ts';
import { readLayerCounters } from '../../agent/src/probe/counters.ts';
import { takeInventory } from '../../agent/src/probe/probe.ts';
import { commandPath, runCommand } from '../support/machine/command.ts';

const MIB = 1024 * 1024;
/** mkfs.xfs refuses less than 300 MiB, mkfs.btrfs less than about 114. */
const IMAGE_MIB = { ext4: 64, xfs: 300, btrfs: 160, second: 160, frozen: 64 };
type Image = keyof typeof IMAGE_MIB;

const PROGRAMS = ['mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs', 'btrfs', 'losetup', 'mount', 'umount', 'fstrim'];

let folder: string;
const loops: string[] = [];
const mounted: string[] = [];
const files = createKernelFiles('/');

beforeAll(async () => {
  const missing = PROGRAMS.filter((program) => commandPath(program) === null);
  if (process.getuid?.() !== 0) throw new Error('This test makes loop devices and mounts them: run it as root.');
  if (missing.length > 0) {
    throw new Error(
      `This machine lacks ${missing.join(', ')}: apt-get install e2fsprogs xfsprogs btrfs-progs mount util-linux`,
    );
  }
  folder = await mkdtemp(join(tmpdir(), 'trimtab-probe-'));
  const devices = { ext4: '', xfs: '', btrfs: '', second: '', frozen: '' };
  for (const image of Object.keys(IMAGE_MIB) as Image[]) devices[image] = await attach(image);

  await runCommand('mkfs.ext4', ['-q', devices.ext4]);
  await runCommand('mkfs.xfs', ['-q', devices.xfs]);
  await runCommand('mkfs.btrfs', ['-q', '-d', 'single', '-m', 'raid1', devices.btrfs, devices.second]);
  await runCommand('mkfs.ext4', ['-q', devices.frozen]);
  await mount(['-o', 'nodiscard', devices.ext4], 'my ext4');
  await mount([devices.xfs], 'xfs');
  // Mounted by the device that is not the first, as any of them will do.
  await mount(['-o', 'subvolid=5', devices.second], 'btrfs');
  await runCommand('btrfs', ['subvolume', 'create', place('btrfs/@home')]);
  await mount(['-o', 'subvol=@home', devices.btrfs], 'home');
  await mount(['-o', 'ro', devices.frozen], 'frozen');
  await mkdir(place('xfs/inside'));
  await mount(['--bind', place('xfs/inside')], 'bound');
});

afterAll(async () => {
  const failures: unknown[] = [];
  for (const point of mounted.toReversed()) await runCommand('umount', [point]).catch((error) => failures.push(error));
  for (const device of loops) await runCommand('losetup', ['-d', device]).catch((error) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, `Left behind: see losetup -l and ${folder}`);
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe('the probe on real filesystems', () => {
  it.each([
    { name: 'my ext4', kind: 'ext4', images: ['ext4'] },
    { name: 'xfs', kind: 'xfs', images: ['xfs'] },
    { name: 'btrfs', kind: 'btrfs', images: ['btrfs', 'second'] },
  ] as const)('shows $kind with its loop devices, what they take and their files', async ({ name, kind, images }) => {
    const inventory = await probe();
    const filesystem = find(inventory, name);
    expect(filesystem).toMatchObject({ kind, obstacle: null });
    const below = standsOn(inventory, filesystem);
    expect(below.map(({ disk }) => disk?.backingFile)).toEqual(images.map((image) => place(`${image}.img`)));
    for (const { layer, disk } of below) {
      expect(layer).toMatchObject({ kind: 'loop', below: [], readOnly: false, label: disk?.backingFile });
      expect(layer.discard.granularityBytes).toBeGreaterThan(0);
      expect(layer.discard.maxBytes).toBeGreaterThan(0);
      expect(disk?.driver).toBe('loop');
    }
    expect(below.map(({ disk }) => disk?.sizeBytes)).toEqual(images.map((image) => IMAGE_MIB[image] * MIB));
    expect(filesystem.sizeBytes).toBeGreaterThan(32 * MIB);
    expect(filesystem.usedBytes).toBeLessThan(filesystem.sizeBytes ?? 0);
  });

  it('gives every filesystem once, with its bind mounts and subvolumes', async () => {
    const { filesystems } = await probe();
    const ours = filesystems.filter(({ mount }) => mount.startsWith(`${folder}/`));
    expect(ours.map(({ mount, alsoMountedAt }) => [mount, ...alsoMountedAt])).toEqual([
      [place('btrfs'), place('home')],
      [place('frozen')],
      [place('my ext4')],
      [place('xfs'), place('bound')],
    ]);
  });

  it('says that a read-only mount cannot be trimmed, though its device could', async () => {
    const inventory = await probe();
    const frozen = find(inventory, 'frozen');
    expect(frozen.obstacle?.code).toBe('read-only');
    expect(standsOn(inventory, frozen)[0]?.layer.readOnly).toBe(false);
  });

  it('counts on the loop device what a trim discards there', async () => {
    const device = find(await probe(), 'my ext4').devices[0] ?? '';
    await writeFile(place('my ext4/data'), Buffer.alloc(8 * MIB, 1));
    await runCommand('sync', ['-f', place('my ext4')]);
    await rm(place('my ext4/data'));
    await runCommand('sync', ['-f', place('my ext4')]);
    const before = (await readLayerCounters({ files, names: [device] }))[device];
    const output = await runCommand('fstrim', ['-v', place('my ext4')]);
    const after = (await readLayerCounters({ files, names: [device] }))[device];

    const trimmedBytes = Number(/\((\d+) bytes\)/.exec(output)?.[1]);
    expect(trimmedBytes).toBeGreaterThanOrEqual(8 * MIB);
    // On a plain disk ext4 issues exactly what it claims.
    expect((after?.discardedBytes ?? 0) - (before?.discardedBytes ?? 0)).toBe(trimmedBytes);
  });
});

async function attach(image: Image): Promise<string> {
  const path = place(`${image}.img`);
  await writeFile(path, '');
  await truncate(path, IMAGE_MIB[image] * MIB);
  const device = (await runCommand('losetup', ['--find', '--show', path])).trim();
  loops.push(device);
  return device;
}

async function mount(args: readonly string[], name: string): Promise<void> {
  await mkdir(place(name));
  await runCommand('mount', [...args, place(name)]);
  mounted.push(place(name));
}

async function probe(): Promise<Inventory> {
  const inventory = await takeInventory({
    files,
    now: Date.now(),
    facts: null,
    hasFstrim: null,
    mapper: NO_DEVICE_MAPPER,
  });
  expect(v.parse(inventorySchema, inventory)).toEqual(inventory);
  return inventory;
}

function find({ filesystems }: Inventory, name: string): Filesystem {
  const filesystem = filesystems.find((one) => one.mount === place(name));
  if (filesystem === undefined) throw new Error(`The inventory has no filesystem at ${place(name)}`);
  return filesystem;
}

function standsOn(
  { layers, disks }: Inventory,
  { devices }: Filesystem,
): readonly { readonly layer: Layer; readonly disk: Disk | undefined }[] {
  return layers
    .filter(({ name }) => devices.includes(name))
    .map((layer) => ({ layer, disk: disks.find(({ name }) => name === layer.name) }));
}

function place(name: string): string {
  return join(folder, name);
}
