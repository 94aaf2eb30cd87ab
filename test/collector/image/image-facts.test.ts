import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@trimtab/protocol/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageReader } from '../../../collector/src/image/image-facts.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import type { CommandCall, CommandResult } from '../../../collector/src/ports/commands.ts';

// Captured from qemu-img 7.2; test/system/qemu-host.test.ts asks the real one.
const capture = (name: string): CommandResult => ({
  found: true,
  exitCode: 0,
  stdout: readFileSync(new URL(`../../fixtures/qemu-img/${name}.json`, import.meta.url), 'utf8'),
  stderr: '',
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-image-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function createReader(answer: CommandResult) {
  const calls: CommandCall[] = [];
  const commands = {
    run: (call: CommandCall) => {
      calls.push(call);
      return Promise.resolve(answer);
    },
  };
  return { calls, reader: createImageReader({ files: createHostFiles(), commands }) };
}

function write(name: string, content: Uint8Array | string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

/** The first bytes of a qcow2 image (docs/interop/qcow2.txt). */
function makeHeader({ incompatible = 0n, fill = 0 } = {}): Uint8Array {
  const header = new Uint8Array(4096).fill(fill, 104);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x514649fb);
  view.setUint32(4, 3);
  view.setBigUint64(72, incompatible);
  return header;
}

const toCode = (error: unknown) => (error instanceof Fault ? error.detail.code : error);

describe('createImageReader', () => {
  it('reads raw from its length, without a process', async () => {
    const { calls, reader } = createReader({ found: false });
    const path = write('a.raw', '');
    truncateSync(path, 3 * 2 ** 40);
    expect(await reader.facts(path, 'raw')).toEqual({
      path,
      format: 'raw',
      capacityBytes: 3 * 2 ** 40,
      internalSnapshots: 0,
      backingFile: null,
      clusterBytes: null,
    });
    expect(await reader.facts(path, null)).toMatchObject({ format: 'raw' });
    expect(calls).toEqual([]);
  });

  it('asks qemu-img by format and absolute path, and never without -U', async () => {
    const { calls, reader } = createReader(capture('two-snapshots'));
    const path = write('s.qcow2', makeHeader());
    expect(await reader.facts(path, 'qcow2')).toEqual({
      path,
      format: 'qcow2',
      capacityBytes: 2 ** 30,
      internalSnapshots: 2,
      backingFile: null,
      clusterBytes: 65_536,
    });
    expect(calls).toEqual([
      { file: 'qemu-img', args: ['info', '-U', '-f', 'qcow2', '--output=json', path], timeoutMs: expect.any(Number) },
    ]);
  });

  it('knows qcow2 by its magic number where nobody said the format, and the backing file by its full name', async () => {
    const { reader } = createReader(capture('backing-file'));
    expect(await reader.facts(write('t', makeHeader()), null)).toMatchObject({
      format: 'qcow2',
      backingFile: '/images/base.qcow2',
      clusterBytes: 2 ** 21,
    });
  });

  it('asks again only when the header changed, up to the name of the backing file behind byte 512', async () => {
    const { calls, reader } = createReader(capture('two-snapshots'));
    const path = write('s.qcow2', makeHeader());
    await reader.facts(path, 'qcow2');
    truncateSync(path, 2 ** 20);
    await reader.facts(path, null);
    expect(calls).toHaveLength(1);
    const rebased = makeHeader();
    rebased[528] = 1;
    write('s.qcow2', rebased);
    await reader.facts(path, 'qcow2');
    expect(calls).toHaveLength(2);
  });

  it('refuses a guessed image whose header names another file, and reads it where the format was said', async () => {
    const { reader } = createReader(capture('two-snapshots'));
    const path = write('evil', makeHeader({ incompatible: 4n }));
    await expect(reader.facts(path, null).catch(toCode)).resolves.toBe('unsafe-image');
    await expect(reader.facts(path, 'qcow2')).resolves.toMatchObject({ format: 'qcow2' });
  });

  it.each([
    ['qemu-img is missing', { found: false }, 'no-qemu-img'],
    [
      'qemu-img refuses',
      { found: true, exitCode: 1, stdout: '', stderr: 'Image is not in qcow2 format' },
      'image-unreadable',
    ],
    ['qemu-img hangs', { found: true, exitCode: null, stdout: '', stderr: '' }, 'image-unreadable'],
    ['qemu-img says something else', { found: true, exitCode: 0, stdout: '{}', stderr: '' }, 'image-unreadable'],
  ] as const)('has one clear fault when %s', async (_, answer, code) => {
    const { reader } = createReader(answer);
    await expect(reader.facts(write('a', makeHeader()), 'qcow2').catch(toCode)).resolves.toBe(code);
  });

  it('tells a missing image and a relative path apart', async () => {
    const { reader } = createReader({ found: false });
    await expect(reader.facts(join(folder, 'none'), 'raw').catch(toCode)).resolves.toBe('image-gone');
    for (const path of ['-rf', 'nbd:x', 'json:{}', 'a.raw'])
      await expect(reader.facts(path, 'raw').catch(toCode)).resolves.toBe('bad-image-path');
  });

  it('has no capacity for a block device, whose length stat does not tell', async () => {
    const { reader } = createReader({ found: false });
    await expect(reader.facts('/dev/loop0', 'raw')).resolves.toMatchObject({ capacityBytes: null });
  });
});
