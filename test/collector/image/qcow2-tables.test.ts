import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReadTables } from '../../../collector/src/image/qcow2-tables.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';

// Real images, made and changed by qemu-img and qemu-io.

const MIB = 1024 * 1024;
const files = createHostFiles();
const readTables = createReadTables({ files, clock });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-tables-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const image = () => join(folder, 'a.qcow2');
const run = (file: string, ...args: string[]) => execFileSync(file, args, { cwd: folder, encoding: 'utf8' });
const create = (...options: string[]) => run('qemu-img', 'create', '-q', '-f', 'qcow2', ...options, image(), '256M');
const io = (nodes: { format: string; file: string }, ...commands: string[]) =>
  run(
    'qemu-io',
    ...commands.flatMap((command) => ['-c', command]),
    '--image-opts',
    `driver=qcow2,discard=${nodes.format},file.driver=file,file.filename=${image()},file.discard=${nodes.file}`,
  );
const both = (discard: string) => ({ format: discard, file: discard });
const allocation = () => statSync(image()).blocks * 512;

async function counted() {
  const tables = await readTables({ kind: 'file', format: 'qcow2', at: image() });
  if (tables?.kind !== 'counted') throw new Error(`not counted: ${tables?.why}`);
  return tables;
}

/** `qemu-img check`, as the oracle: its clusters are the guest's, without tables. */
const checked = () =>
  (JSON.parse(run('qemu-img', 'check', '-U', '--output=json', image())) as { 'allocated-clusters'?: number })[
    'allocated-clusters'
  ] ?? 0;

describe.each([
  ['as qemu-img makes it', []],
  ['with refcounts of one bit', ['-o', 'refcount_bits=1,cluster_size=4k']],
  ['with refcounts of 64 bits', ['-o', 'refcount_bits=64']],
  ['of version 2', ['-o', 'compat=0.10']],
  ['with large clusters and subclusters', ['-o', 'cluster_size=2M,extended_l2=on']],
] as const)('an image %s', (_, options) => {
  it('counts what it refers to, and no more', async () => {
    create(...options);
    io(both('ignore'), 'write -P 1 0 64M');
    const { countedBytes, mappedBytes } = await counted();
    expect(countedBytes).toBeGreaterThanOrEqual(64 * MIB);
    expect(countedBytes).toBeLessThan(64 * MIB + 12 * MIB);
    expect(mappedBytes).toBeNull();
  });
});

describe('clusters that belong to nobody', () => {
  it('are what the image takes and does not count: given up above a file node that ignores discards', async () => {
    create();
    io({ format: 'unmap', file: 'ignore' }, 'write -P 1 0 48M', 'discard 0 48M');
    expect(checked()).toBe(0);
    expect(allocation()).toBeGreaterThan(48 * MIB);
    expect((await counted()).countedBytes).toBeLessThan(MIB);
  });

  it('are none where the file gave them up too', async () => {
    create();
    io(both('unmap'), 'write -P 1 0 48M', 'discard 0 48M');
    expect(allocation()).toBeLessThan(MIB);
    expect((await counted()).countedBytes).toBeLessThan(MIB);
  });

  it('are what a snapshot leaves that is deleted while the file ignores discards', async () => {
    create();
    io(both('ignore'), 'write -P 1 0 96M');
    run('qemu-img', 'snapshot', '-c', 'before', image());
    io(both('ignore'), 'write -P 2 0 96M');
    const kept = await counted();
    expect(kept.countedBytes).toBeGreaterThan(192 * MIB);
    expect(kept.mappedBytes).toBe(96 * MIB);
    run(
      'qemu-img',
      'snapshot',
      '-d',
      'before',
      '--image-opts',
      `driver=qcow2,file.driver=file,file.filename=${image()},file.discard=ignore`,
    );
    expect(allocation()).toBeGreaterThan(190 * MIB);
    const { countedBytes } = await counted();
    expect(countedBytes).toBeGreaterThanOrEqual(96 * MIB);
    expect(countedBytes).toBeLessThan(98 * MIB);
  });

  it('are not clusters with holes smaller than they are', async () => {
    create();
    const holes = Array.from({ length: 200 }, (_, index) => `discard ${index * 65_536} 32k`);
    io(both('unmap'), 'write -P 1 0 16M', ...holes);
    expect((await counted()).countedBytes).toBeGreaterThanOrEqual(16 * MIB);
  });
});

describe('tables that prove nothing', () => {
  const why = async () => {
    const tables = await readTables({ kind: 'file', format: 'qcow2', at: image() });
    return tables?.kind === 'not-counted' ? tables.why : 'counted';
  };

  it('are behind in an image that is open with lazy refcounts', async () => {
    create('-o', 'lazy_refcounts=on');
    expect(await why()).toBe('counted');
    // QEMU marks it dirty with the first write, and a crash leaves it so.
    expect(() => run('qemu-io', '-f', 'qcow2', '-c', 'write -P 1 0 1M', '-c', 'abort', image())).toThrow();
    expect(await why()).toBe('its header says that its refcounts are behind (lazy refcounts, or a crash)');
  });

  it('end at the bound of bytes, and say so', async () => {
    create('-o', 'cluster_size=512');
    // A refcount table that claims to be of 4 GiB.
    run('python3', '-c', `f=open('${image()}','r+b'); f.seek(56); f.write(b'\\x00\\x80\\x00\\x00')`);
    expect(await why()).toBe('its tables are larger than the 64.0 MiB that are read');
  });

  it('end at the bound of time, and say so', async () => {
    create();
    let nowMs = 0;
    const slow = createReadTables({
      files: {
        readAt: async (path, range) => {
          nowMs += 1_500;
          return files.readAt(path, range);
        },
      },
      clock: { monotonicMs: () => nowMs },
    });
    expect(await slow({ kind: 'file', format: 'qcow2', at: image() })).toEqual({
      kind: 'not-counted',
      why: 'its tables were not read to the end in 2000 ms',
    });
  });

  it('are those of another format', async () => {
    expect(await readTables({ kind: 'file', format: 'raw', at: image() })).toBeNull();
    expect(await readTables({ kind: 'thin-volume', format: 'qcow2', at: image() })).toBeNull();
  });
});
