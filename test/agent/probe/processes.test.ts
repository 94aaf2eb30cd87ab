import { closeSync, mkdirSync, mkdtempSync, openSync, readlinkSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProcesses } from '../../../agent/src/io/processes.ts';

const ownOf = async (processes: ReturnType<typeof createProcesses>) =>
  (await processes.walk()).processes.find(({ pid }) => pid === process.pid);

it('sees a file of this process that was deleted and is open, and not one that only looks so', async () => {
  const processes = createProcesses({ root: '/', mostMs: 1_000, clock: { monotonicMs: () => 0 } });
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
  const processes = createProcesses({ root: '/', mostMs: 1_000, clock: { monotonicMs: () => (now += 1_000) } });
  expect((await processes.walk()).isWhole).toBe(false);
});

it('stops within a process that has more open than there is time for', async () => {
  const root = mkdtempSync(join(tmpdir(), 'trimtab-proc-'));
  try {
    for (const folder of ['fd', 'ns']) mkdirSync(join(root, 'proc/7', folder), { recursive: true });
    symlinkSync('mnt:[2]', join(root, 'proc/7/ns/mnt'));
    for (let at = 0; at < 1_500; at += 1) symlinkSync(`/dev/sd${at}`, join(root, 'proc/7/fd', String(at)));
    // A millisecond a look: one second is over before all of them are seen.
    let now = 0;
    const { processes, isWhole } = await createProcesses({
      root,
      mostMs: 1_000,
      clock: { monotonicMs: () => now++ },
    }).walk();
    expect(processes[0]?.devices.length).toBeGreaterThan(900);
    expect(processes[0]?.devices.length).toBeLessThan(1_001);
    expect(isWhole).toBe(false);
  } finally {
    rmSync(root, { recursive: true });
  }
});

it('sees nothing where there are no processes, and does not call that all of them', async () => {
  const processes = createProcesses({ root: '/nowhere', mostMs: 1_000, clock: { monotonicMs: () => 0 } });
  expect(await processes.walk()).toEqual({ processes: [], ownNamespace: null, isWhole: false });
});
