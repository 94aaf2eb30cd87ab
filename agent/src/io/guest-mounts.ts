import { readlinkSync } from 'node:fs';
import process from 'node:process';
import { orNull } from './or-null.ts';

/** proc_pid_mountinfo(5). */
export const OWN_MOUNTS = '/proc/self/mountinfo';
const MOUNTS_OF_INIT = '/proc/1/mountinfo';

/**
 * The mounts of this guest, as mountinfo has them. A unit of systemd may give its program mounts of its own
 * (ProtectSystem=, PrivateTmp=, StateDirectory=): folders of a filesystem bound over each other, all of them read-only.
 * They say nothing of the guest, and a trim works through them all the same. There the mounts of its first process
 * count, as far as they may be read (CAP_SYS_PTRACE), and as far as the same filesystem is at that place here: another
 * would be trimmed in its stead. Where no unit has started this program, its mounts are those that somebody wanted it
 * to see.
 */
export async function readGuestMounts(read: (path: string) => Promise<string | null>): Promise<string | null> {
  const own = await read(OWN_MOUNTS);
  if (own === null || !isOfUnit()) return own;
  const init = await read(MOUNTS_OF_INIT);
  return init === null ? own : keepReachable({ init, own });
}

function isOfUnit(): boolean {
  // systemd.exec(5): it is set for every unit.
  if (process.env.INVOCATION_ID === undefined) return false;
  const own = orNull(() => readlinkSync('/proc/self/ns/mnt'));
  const init = orNull(() => readlinkSync('/proc/1/ns/mnt'));
  return own !== null && init !== null && own !== init;
}

function keepReachable({ init, own }: { readonly init: string; readonly own: string }): string {
  // Of two mounts at one place the later hides the earlier.
  const here = new Map(own.split('\n').map(readPlace));
  const isHere = (line: string): boolean => {
    const [mountPoint, device] = readPlace(line);
    return here.get(mountPoint) === device;
  };
  return init.split('\n').filter(isHere).join('\n');
}

/** Where a line says that something is mounted, and the device number of what. */
function readPlace(line: string): readonly [string | undefined, string | undefined] {
  const fields = line.split(' ', 5);
  return [fields[4], fields[2]];
}
