import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { createProcessMarks } from '../../../collector/src/qemu/process-marks.ts';

const { markOf, runs } = createProcessMarks({ files: createHostFiles() });

it('a process that was killed runs no more, also before somebody has waited for it', async () => {
  // The shell's child is not waited for: its parent becomes a sleep, which never does.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line));
  const mark = await markOf(pid);
  expect(mark).toMatch(new RegExp(`^${pid} \\d+ [0-9a-f-]{36}$`));
  expect(await runs(mark ?? '')).toBe(true);
  process.kill(pid, 'SIGKILL');
  while (!/\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))) {}
  expect([await runs(mark ?? ''), await markOf(pid)]).toEqual([false, null]);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
});

it('another process under the same id is another', async () => {
  const mark = await markOf(process.pid);
  expect(await runs(mark ?? '')).toBe(true);
  expect(await runs(`${process.pid} 1`)).toBe(false);
});

const STAT = '7 (a ) Z 1 (b) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4242 0 0';
/** A host on which nothing but process 7 runs, in the boot of this id. */
const hostIn = (bootId: string | null) => {
  const readText = async (path: string) => (path.startsWith('/proc/sys/') ? bootId : STAT);
  return createProcessMarks({ files: { readText, list: async () => ['7'] } });
};

it('the process that has the same id and the same tick after a reboot of the host is another', async () => {
  const mark = await hostIn('first\n').markOf(7);
  expect(mark).not.toBeNull();
  expect(await hostIn('first\n').runs(mark ?? '')).toBe(true);
  expect(await hostIn('second\n').runs(mark ?? '')).toBe(false);
});

it('of a mark without a boot, and of a boot that cannot be read, no more is concluded than the tick says', async () => {
  expect(await hostIn('second\n').runs('7 4242')).toBe(true);
  expect(await hostIn('second\n').runs('7 4241')).toBe(false);
  expect(await hostIn(null).runs('7 4242 first')).toBe(true);
  expect(await hostIn(null).markOf(7)).toBe('7 4242');
});

it('what has a name with parentheses and spaces in it is read all the same', async () => {
  expect(await hostIn('first\n').markOf(7)).toBe('7 4242 first');
});

it.each([
  ['is gone when it is not among the processes', ['1', '8'], false],
  ['is not known to be gone when it is listed', ['1', '7'], true],
  ['is not known to be gone when nothing can be listed', [], true],
])('one that cannot be read %s', async (_, listed, isRunning) => {
  const marks = createProcessMarks({ files: { readText: async () => null, list: async () => listed } });
  expect(await marks.runs('7 4242')).toBe(isRunning);
});
