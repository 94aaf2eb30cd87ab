import type { HostFiles } from '../ports/host-files.ts';
import type { HostProcesses } from '../ports/host-processes.ts';

/**
 * From /proc/PID/stat (proc_pid_stat(5)): ids are used again, an id with the tick at which its process started is not,
 * within one boot of the host; ticks are counted from there (proc_sys_kernel(5), `random/boot_id`).
 */
export function createProcessMarks({ files }: { files: Pick<HostFiles, 'readText' | 'list'> }): HostProcesses {
  async function read(pid: number): Promise<{ readonly startedAt: string; readonly hasEnded: boolean } | null> {
    const stat = await files.readText(`/proc/${pid}/stat`);
    // The name in parentheses may hold anything, parentheses too. After it, `state` comes first and `starttime` is the
    // 20th.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    const [state, startedAt] = [fields[0], fields[19]];
    // One that nobody has waited for yet (Z) runs no more.
    return startedAt === undefined ? null : { startedAt, hasEnded: state === 'Z' || state === 'X' };
  }

  /** Null where it cannot be read. */
  async function readBoot(): Promise<string | null> {
    return (await files.readText('/proc/sys/kernel/random/boot_id'))?.trim() ?? null;
  }

  return {
    async markOf(pid) {
      const found = await read(pid);
      if (found === null || found.hasEnded) return null;
      const boot = await readBoot();
      return boot === null ? `${pid} ${found.startedAt}` : `${pid} ${found.startedAt} ${boot}`;
    },
    async runs(mark) {
      // Without a boot, which an older collector did not note, the process of the same id and tick may be the one.
      const [pid = '', startedAt, boot = null] = mark.split(' ');
      const now = boot === null ? null : await readBoot();
      if (now !== null && now !== boot) return false;
      const found = await read(Number(pid));
      if (found !== null) return found.startedAt === startedAt && !found.hasEnded;
      // What could not be read, for want of descriptors say, need not be gone.
      const pids = await files.list('/proc');
      return pids.length === 0 || pids.includes(pid);
    },
  };
}
