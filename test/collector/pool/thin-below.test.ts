import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { findThinBelow } from '../../../collector/src/pool/thin-below.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trimtab-thin-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const put = async ({ path, text = '' }: { path: string; text?: string }) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const link = async ({ path, target }: { path: string; target: string }) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await symlink(target, join(root, path));
};
/** A dm device as /sys has it. */
const mapper = async ({ name, number, uuid, label }: { name: string; number: string; uuid: string; label: string }) => {
  const folder = `/sys/devices/virtual/block/${name}`;
  await put({ path: `${folder}/dm/uuid`, text: `${uuid}\n` });
  await put({ path: `${folder}/dm/name`, text: `${label}\n` });
  await link({ path: `/sys/class/block/${name}`, target: `../../devices/virtual/block/${name}` });
  await link({ path: `/sys/dev/block/${number}`, target: `../../devices/virtual/block/${name}` });
};
const below = (device: string, options: readonly string[] = ['rw']) =>
  findThinBelow({ files: createHostFiles({ root }), mount: { device, options } });

const LVM = `LVM-${'a'.repeat(64)}`;

describe('the thin storage below a pool', () => {
  beforeEach(async () => {
    await mapper({ name: 'dm-4', number: '253:4', uuid: LVM, label: 'vg-images' });
    await mapper({ name: 'dm-2', number: '253:2', uuid: `${LVM}-tpool`, label: 'vg-pool0-tpool' });
  });

  it('is the thin pool of its volume', async () => {
    await put({ path: '/sys/class/block/dm-4/slaves/dm-2' });
    expect(await below('253:4')).toBe('the thin pool vg-pool0');
  });

  it('gets everything back by itself where the filesystem is mounted with discard', async () => {
    await put({ path: '/sys/class/block/dm-4/slaves/dm-2' });
    expect(await below('253:4', ['rw', 'discard'])).toBeNull();
  });

  it('is none of an ordinary volume, of a device that is not known, and of one with no number', async () => {
    await put({ path: '/sys/class/block/dm-4/slaves/sda' });
    expect([await below('253:4'), await below('8:99'), await below('0:31')]).toEqual([null, null, null]);
  });

  it('is a zvol below a partition', async () => {
    await put({ path: '/sys/devices/virtual/block/zd16/zd16p1/partition', text: '1\n' });
    await link({ path: '/sys/class/block/zd16p1', target: '../../devices/virtual/block/zd16/zd16p1' });
    await link({ path: '/sys/dev/block/230:17', target: '../../devices/virtual/block/zd16/zd16p1' });
    expect(await below('230:17')).toBe('a zvol (zd16p1)');
  });

  it('is looked for in a circle no longer than in a stack', async () => {
    await put({ path: '/sys/class/block/dm-4/slaves/dm-4' });
    expect(await below('253:4')).toBeNull();
  });
});
