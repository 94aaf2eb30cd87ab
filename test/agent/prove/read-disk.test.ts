import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDiskReader } from '../../../agent/src/io/read-disk.ts';

// A real block device; needs root.

let folder: string;
let loop: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-read-'));
  const image = join(folder, 'image');
  execFileSync('truncate', ['-s', '1M', image]);
  loop = basename(execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim());
});

afterAll(() => {
  execFileSync('losetup', ['--detach', `/dev/${loop}`]);
  rmSync(folder, { recursive: true });
});

/** Fields 1 and 3 of /sys/block/DISK/stat: reads completed, sectors read (Documentation/block/stat.rst). */
async function countReads() {
  const [reads = 0, , sectors = 0] = (await readFile(`/sys/block/${loop}/stat`, 'utf8'))
    .trim()
    .split(/\s+/)
    .map(Number);
  return { reads, bytes: sectors * 512 };
}

it('reads past the page cache: every read is one of the device, each time anew', async () => {
  const read = createDiskReader({ root: '/' });
  const lengthsBytes = [3, 17, 1, 64].map((units) => units * 4096);
  for (let round = 0; round < 2; round += 1) {
    const before = await countReads();
    await read({ name: loop, lengthsBytes });
    const after = await countReads();
    expect({ reads: after.reads - before.reads, bytes: after.bytes - before.bytes }).toEqual({
      reads: lengthsBytes.length,
      bytes: 85 * 4096,
    });
  }
});

it('refuses a pattern that goes beyond the end', async () => {
  const whole = [64, 64, 64, 64].map((units) => units * 4096);
  await createDiskReader({ root: '/' })({ name: loop, lengthsBytes: whole });
  await expect(createDiskReader({ root: '/' })({ name: loop, lengthsBytes: [...whole, 4096] })).rejects.toThrow(
    '0 of 4096 bytes could be read at 1048576',
  );
});

it('reads no link, no file, and no other device than the kernel has under this name', async () => {
  const root = join(folder, 'root');
  for (const name of ['link', 'file']) {
    mkdirSync(join(root, 'sys/class/block', name), { recursive: true });
    writeFileSync(join(root, 'sys/class/block', name, 'dev'), '8:0\n');
  }
  mkdirSync(join(root, 'dev'));
  writeFileSync(join(root, 'dev/file'), 'x'.repeat(8192));
  symlinkSync(`/dev/${loop}`, join(root, 'dev/link'));
  execFileSync('cp', ['-a', `/dev/${loop}`, join(root, 'dev/other')]);
  mkdirSync(join(root, 'sys/class/block/other'));
  writeFileSync(join(root, 'sys/class/block/other/dev'), '8:0\n');

  const read = createDiskReader({ root });
  await expect(read({ name: 'link', lengthsBytes: [4096] })).rejects.toThrow('ELOOP');
  await expect(read({ name: 'file', lengthsBytes: [4096] })).rejects.toThrow('is not the block device 8:0');
  await expect(read({ name: 'other', lengthsBytes: [4096] })).rejects.toThrow('is not the block device 8:0');
  await expect(read({ name: 'gone', lengthsBytes: [4096] })).rejects.toThrow('ENOENT');
});
