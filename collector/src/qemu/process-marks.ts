import type { HostFiles } from '../ports/host-files.ts';
import type { HostProcesses } from '../ports/host-processes.ts';

/**
 * From /proc/PID/stat (proc_pid_stat(5)): ids are used again, an id with the tick at which its process started is not.
 */
export function createProcessMarks({ files }: { files: Pick<HostFiles, 'readText' | 'list'> }): HostProcesses {
  async function read(pid: number): Promise<{ readonly mark: string; readonly hasEnded: boolean } | null> {
    const stat = await files.readText(`/proc/${pid}/stat`);
    // The name in parentheses may hold anything, parentheses too. After it, `state` comes first and `starttime` is the
    // 20th.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    const [state, startedAt] = [fields[0], fields[19]];
    // One that nobody has waited for yet (Z) runs no more.
    return startedAt === undefined ? null : { mark: `${pid} ${startedAt}`, hasEnded: state === 'Z' || state === 'X' };
  }

  return {
    async markOf(pid) {
      const found = await read(pid);
      return found === null || found.hasEnded ? null : found.mark;
    },
    async runs(mark) {
      const pid = Number.parseInt(mark, 10);
      const found = await read(pid);
      if (found !== null) return found.mark === mark && !found.hasEnded;
      // What could not be read, for want of descriptors say, need not be gone.
      const pids = await files.list('/proc');
      return pids.length === 0 || pids.includes(String(pid));
    },
  };
}
