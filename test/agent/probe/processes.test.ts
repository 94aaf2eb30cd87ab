import { closeSync, openSync, readlinkSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProcesses } from '../../../agent/src/io/processes.ts';

const ownOf = async (processes: ReturnType<typeof createProcesses>) =>
  (await processes.walk()).processes.find(({ pid }) => pid === process.pid);

it('sees a file of this process that was deleted and is open, and not one that only looks so', async () => {
  const processes = createProcesses({ root: '/', clock: { monotonicMs: () => 0 } });
  const path = join(tmpdir(), `trimtab-open-${process.pid}`);
  const [gone, named] = [openSync(path, 'w'), openSync(`${path} (deleted)`, 'w')];
  try {
    writeSync(gone, new Uint8Array(128 * 1024).fill(1));
    rmSync(path);
    const own = await ownOf(processes);
    expect(own?.mountNamespace).toBe(readlinkSync('/proc/self/ns/mnt'));
    const descriptors = own?.deleted.map(({ descriptor }) => descriptor) ?? [];
    expect(descriptors).toEqual(expect.arrayContaining([String(gone), String(named)]));
    const { pid } = process;
    expect((await processes.measure({ pid, descriptor: String(gone) }))?.bytes).toBeGreaterThanOrEqual(128 * 1024);
    expect(await processes.measure({ pid, descriptor: String(named) })).toBeNull();
    closeSync(gone);
    expect(await processes.measure({ pid, descriptor: String(gone) })).toBeNull();
  } finally {
    closeSync(named);
    rmSync(`${path} (deleted)`);
  }
});

it('stops when its time is over, and says so', async () => {
  let now = 0;
  const processes = createProcesses({ root: '/', clock: { monotonicMs: () => (now += 1_000) } });
  expect((await processes.walk()).isWhole).toBe(false);
});

it('sees nothing in a guest without processes', async () => {
  const processes = createProcesses({ root: '/nowhere', clock: { monotonicMs: () => 0 } });
  expect(await processes.walk()).toEqual({ processes: [], ownNamespace: null, isWhole: true });
});
