import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImages } from '../../../collector/src/image/images.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { toHostDisk } from '../../support/host-disk.ts';
import { imageOf, refusalOf } from '../../support/image-read.ts';
import { answerWith } from './audited.ts';
import { makeQcow2 } from './qcow2-bytes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-image-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: Uint8Array | string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function createReader(answers: Parameters<typeof answerWith>[0] = {}) {
  const { commands, calls } = answerWith(answers);
  const images = createImages({ files: createHostFiles(), commands, clock });
  const read = async ({ image, format }: { image: string; format: string | null }) => {
    const [only] = (await images.inspect([toHostDisk(image, { format })])).reads;
    return refusalOf(only)?.code ?? imageOf(only);
  };
  return { images, read, calls };
}

it('tells what a sparse raw image takes from its length, and notices that it was resized', async () => {
  const { read, calls } = createReader();
  const path = write('sparse.raw', Buffer.alloc(256 * 1024, 1));
  truncateSync(path, 2 ** 40);
  const image = await read({ image: path, format: 'raw' });
  expect(image).toMatchObject({ kind: 'file', format: 'raw', physicalBytes: 2 ** 40, capacityBytes: 2 ** 40 });
  expect(image).toMatchObject({ unmeasured: null, backingChain: [], clusterBytes: null, compat: null });
  const { allocationBytes } = image as { allocationBytes: number };
  expect(allocationBytes).toBeGreaterThanOrEqual(256 * 1024);
  expect(allocationBytes).toBeLessThan(2 ** 30);
  truncateSync(path, 2 ** 41);
  expect(await read({ image: path, format: null })).toMatchObject({ format: 'raw', capacityBytes: 2 ** 41 });
  expect(calls).toEqual([]);
});

it('knows qcow2 by its magic number where nobody said the format', async () => {
  const { read } = createReader();
  const path = write('t', makeQcow2({ clusterBits: 21, l1Offset: 0n, snapshots: 3, snapshotsOffset: 0n }));
  expect(await read({ image: path, format: null })).toMatchObject({
    format: 'qcow2',
    clusterBytes: 2 ** 21,
    internalSnapshots: 3,
  });
  expect(await read({ image: path, format: 'raw' })).toMatchObject({ format: 'raw', internalSnapshots: 0 });
});

it('an image whose data is in another file has no allocation of its own', async () => {
  const { read } = createReader();
  expect(await read({ image: write('x', makeQcow2({ features: 4n })), format: 'qcow2' })).toMatchObject({
    allocationBytes: null,
    unmeasured: expect.stringContaining('in another file'),
  });
});

describe('formats that need qemu-img', () => {
  const ANSWER = '{"virtual-size": 1073741824, "format": "vdi", "cluster-size": 1048576}';

  it('asks it by format and absolute path, with -U, and again only when the first bytes changed', async () => {
    const { read, calls } = createReader({ 'qemu-img': ANSWER });
    const path = write('a.vdi', 'one');
    expect(await read({ image: path, format: 'vdi' })).toMatchObject({
      format: 'vdi',
      capacityBytes: 2 ** 30,
      clusterBytes: 2 ** 20,
    });
    await read({ image: path, format: 'vdi' });
    expect(calls).toEqual([
      { file: 'qemu-img', args: ['info', '-U', '-f', 'vdi', '--output=json', path], timeoutMs: expect.any(Number) },
    ]);
    write('a.vdi', 'two');
    await read({ image: path, format: 'vdi' });
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['qemu-img is missing', {}, 'no-qemu-img'],
    ['qemu-img refuses', { 'qemu-img': { exitCode: 1, stderr: 'not in vdi format' } }, 'image-unreadable'],
    ['qemu-img hangs', { 'qemu-img': { exitCode: null } }, 'image-unreadable'],
    ['qemu-img says something else', { 'qemu-img': '{}' }, 'image-unreadable'],
  ])('has one clear fault when %s', async (_, answers, code) => {
    expect(await createReader(answers).read({ image: write('a', 'x'), format: 'vdi' })).toBe(code);
  });

  it('does not ask it about vmdk, whose descriptor names other files', async () => {
    const { read, calls } = createReader({ 'qemu-img': ANSWER });
    expect(await read({ image: write('a.vmdk', 'RW 1 FLAT "/etc/shadow" 0'), format: 'vmdk' })).toMatchObject({
      format: 'vmdk',
      capacityBytes: null,
      allocationBytes: 4096,
    });
    expect(calls).toEqual([]);
  });
});

it('tells a missing image and a relative path apart, and reads the others all the same', async () => {
  const { images } = createReader();
  const good = write('good.raw', 'x');
  const disks = [join(folder, 'none'), '-rf', 'nbd:x', 'json:{}', 'a.raw', good];
  const { reads } = await images.inspect(disks.map((path) => toHostDisk(path, { format: 'raw' })));
  expect(reads.map((read) => refusalOf(read)?.code ?? imageOf(read).path)).toEqual([
    'image-gone',
    ...Array.from({ length: 4 }, () => 'bad-image-path'),
    good,
  ]);
});

it('of a part of an image nothing of the whole is taken for its own', async () => {
  const { images } = createReader();
  const [read] = (await images.inspect([toHostDisk(import.meta.filename, { storage: 'part', format: 'raw' })])).reads;
  expect(imageOf(read)).toMatchObject({ capacityBytes: null, allocationBytes: null, physicalBytes: null });
  expect(imageOf(read).unmeasured).toContain('a part of it');
});

it('of what is on the network nothing is opened, and its protocol is named', async () => {
  const { images, calls } = createReader();
  const disk = toHostDisk('nbd:unix:/run/evil', { storage: 'network', format: 'qcow2' });
  const [read] = (await images.inspect([disk])).reads;
  expect(imageOf(read)).toMatchObject({ kind: 'other', capacityBytes: null, allocationBytes: null, pool: null });
  expect(imageOf(read).unmeasured).toContain('network (nbd)');
  expect(calls).toEqual([]);
});
