import { readFile } from 'node:fs/promises';

/** kernel: fs/proc/task_mmu.c, both in KiB there. */
export async function readMemory(pid: number): Promise<{ residentBytes: number; privateDirtyBytes: number }> {
  return {
    residentBytes: await readField({ path: `/proc/${pid}/status`, name: 'VmRSS' }),
    privateDirtyBytes: await readField({ path: `/proc/${pid}/smaps_rollup`, name: 'Private_Dirty' }),
  };
}

/** What the process and those of its children that have ended took of the CPU, proc_pid_stat(5): fields 14 to 17. */
export async function readCpuMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1');
  // The name, in parentheses, may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.reduce((sum, count) => sum + count, 0) * TICK_MS;
}

/** USER_HZ is 100 wherever Node runs on Linux, whatever the kernel's own HZ. */
export const TICK_MS = 10;

async function readField({ path, name }: { path: string; name: string }): Promise<number> {
  const text = await readFile(path, 'latin1');
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`${path} has no ${name}`);
  return Number(value) * 1024;
}
