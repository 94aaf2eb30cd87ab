import { inTurns } from '@trimtab/protocol/shared';
import { formatDeviceNumber } from '../../model/device-number.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import { MOST_DESCRIPTORS } from '../descriptors.ts';

/** libvirt's own folder of the guests of qemu:///system. */
const LIBVIRT = '/run/libvirt/qemu';
/** Of Incus and LXD: a folder a guest, in it `qemu.pid`; which of these, the version and the package decide. */
const BY_GUEST = [
  '/run/incus',
  '/var/log/incus',
  '/run/lxd',
  '/var/log/lxd',
  '/var/snap/lxd/common/lxd/run',
  '/var/snap/lxd/common/lxd/logs',
] as const;

/** Read anew after so long, where a process wants it. */
const FRESH_MS = 10_000;
export const PIDFILES_AT_ONCE = 32;
/** One a guest. */
export const MOST_PIDFILES = 10_000;
/** It holds a number. */
export const MOST_PIDFILE_BYTES = 64;

export interface RootPidfiles {
  /** Did a program of root's start this process, as one of its QEMUs? */
  name(pid: number): Promise<boolean>;
}

/**
 * QEMUs that a hypervisor which runs as root has started as another user: OpenNebula's `oneadmin`, libvirt's of NixOS,
 * Incus' and LXD's `nobody`. It has a pidfile of each, and a pidfile proves nothing by its number, which is anybody's
 * once that process has ended. But the QEMU keeps it open and locked as long as it lives (virPidFileAcquirePath of
 * libvirt, qemu_write_pidfile of QEMU), and for a write lock it must have been opened to write, which of a file of
 * root's only root can: the kernel says that this process got it from there.
 */
export function createRootPidfiles({
  files,
  clock,
}: {
  files: HostFiles;
  clock: Pick<Clock, 'monotonicMs'>;
}): RootPidfiles {
  let reading: { readonly untilMs: number; readonly byPid: Promise<ReadonlyMap<number, readonly string[]>> } | null =
    null;

  return {
    async name(pid) {
      const nowMs = clock.monotonicMs();
      if (reading === null || nowMs >= reading.untilMs)
        reading = { untilMs: nowMs + FRESH_MS, byPid: readPidfiles(files) };
      const paths = (await reading.byPid).get(pid) ?? [];
      for (const path of paths) if (await holdsLock({ files, pid, path })) return true;
      return false;
    },
  };
}

async function readPidfiles(files: HostFiles): Promise<ReadonlyMap<number, readonly string[]>> {
  const own = (await files.listUpTo(LIBVIRT, MOST_PIDFILES)) ?? [];
  const folders = await Promise.all(
    BY_GUEST.map(async (folder) =>
      ((await files.listUpTo(folder, MOST_PIDFILES)) ?? []).map((guest) => `${folder}/${guest}/qemu.pid`),
    ),
  );
  const paths = [...own.filter((name) => name.endsWith('.pid')).map((name) => `${LIBVIRT}/${name}`), ...folders.flat()];
  const texts = await inTurns({
    items: paths,
    atOnce: PIDFILES_AT_ONCE,
    map: (path) => files.readText(path, MOST_PIDFILE_BYTES),
  });
  const byPid = new Map<number, string[]>();
  for (const [index, path] of paths.entries()) {
    const pid = Number(texts[index]?.trim() || Number.NaN);
    if (Number.isSafeInteger(pid)) byPid.set(pid, [...(byPid.get(pid) ?? []), path]);
  }
  return byPid;
}

/** By the file itself: in a mount namespace of his own anybody has files of that name. */
async function holdsLock({ files, pid, path }: { files: HostFiles; pid: number; path: string }): Promise<boolean> {
  const status = await files.status(path);
  if (status === null || !status.isFile || !status.isRootsAlone) return false;
  const wanted = `${formatDeviceNumber(status.device)}:${status.inode}`;
  const numbers = files.kernel.names(`/proc/${pid}/fd`, MOST_DESCRIPTORS) ?? [];
  return numbers.some((number) =>
    lockedIn(files.kernel.text(`/proc/${pid}/fdinfo/${number}`) ?? '', pid).includes(wanted),
  );
}

/** proc_pid_fdinfo(5): `lock: 1: POSIX  ADVISORY  WRITE 4711 fe:00:1525392 0 EOF`, the device in hexadecimal. */
function lockedIn(text: string, pid: number): readonly string[] {
  const locks = text.matchAll(/^lock:\s+\d+: POSIX\s+ADVISORY\s+WRITE (\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /gm);
  return [...locks]
    .filter(([, holder]) => Number(holder) === pid)
    .map(
      ([, , major = '', minor = '', inode]) => `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}:${inode}`,
    );
}
