import type { Domain } from '../../model/domain.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import { answered, type HostSource, type SourceAnswer, type SourceFinding } from '../../ports/host-source.ts';
import { findContainers } from './containers.ts';
import { parseGuest } from './parse-guest.ts';
import { parseStorageConfiguration, type Storage } from './storage-configuration.ts';

const CLUSTER = '/etc/pve';
const GUESTS = '/etc/pve/qemu-server';
const STORAGES = '/etc/pve/storage.cfg';
const RUN = '/var/run/qemu-server';

/** The command line of a process that is a QEMU of this host; null for any other. */
export type ArgvOf = (pid: number) => Promise<readonly string[] | null>;

/**
 * The guests of this node of Proxmox VE, from its cluster filesystem /etc/pve. Containers are not guests of QEMU, and
 * told of in a finding.
 */
export function createProxmoxSource({ files, argvOf }: { files: HostFiles; argvOf: ArgvOf }): HostSource {
  return {
    source: 'proxmox',
    async read() {
      if ((await files.list(CLUSTER)).length === 0)
        return files.silentPlace(GUESTS) === null ? ABSENT : unavailable('does not answer');
      const text = await files.readText(STORAGES);
      const storages = parseStorageConfiguration(text ?? '');
      const vmids = await listGuests(files);
      const read = await Promise.all(vmids.map((vmid) => readGuest({ files, argvOf, vmid, storages })));
      const containers = await findContainers({ files, storages });
      const found = read.filter((one) => one !== null);
      const cutOff = await findCutOff({ files, vmids, isRead: (vmid) => read[vmids.indexOf(vmid)] !== null });
      // Where the storages may not be read, the guests may not be either.
      if (cutOff !== null && (text !== null || cutOff.isAway)) return unavailable(cutOff.sentence);
      return answered(
        found.map(({ domain }) => domain),
        [...(text === null ? [UNREADABLE] : []), ...found.flatMap(({ findings }) => findings), ...containers],
      );
    },
  };
}

const ABSENT: SourceAnswer = { kind: 'unavailable', why: 'no /etc/pve on this host', hint: null };

const unavailable = (sentence: string): SourceAnswer => {
  return { kind: 'unavailable', why: `/etc/pve ${sentence}`, hint: 'systemctl status pve-cluster' };
};

async function listGuests(files: HostFiles): Promise<readonly string[]> {
  return (await files.list(GUESTS)).flatMap((name) => /^(\d+)\.conf$/.exec(name)?.[1] ?? []);
}

/**
 * Did the cluster filesystem go while it was read? Then what is missing is not gone: a guest that is has no file any
 * more. Null where all was read.
 */
async function findCutOff({
  files,
  vmids,
  isRead,
}: {
  files: HostFiles;
  /** As they were listed before they were read. */
  vmids: readonly string[];
  isRead(vmid: string): boolean;
}): Promise<{ readonly sentence: string; readonly isAway: boolean } | null> {
  const [names, listed] = [await files.list(CLUSTER), await listGuests(files)];
  if (files.silentPlace(GUESTS) !== null) return { sentence: 'stopped answering while it was read', isAway: true };
  if (names.length === 0) return { sentence: 'went away while it was read', isAway: true };
  const unread = listed.find((vmid) => vmids.length === 0 || (vmids.includes(vmid) && !isRead(vmid)));
  return unread === undefined ? null : { sentence: `has ${unread}.conf, which could not be read`, isAway: false };
}

const UNREADABLE: SourceFinding = {
  subject: STORAGES,
  sentence: 'It cannot be read, so the volumes of guests that are off cannot be found.',
  hint: 'Run the collector as root, or as a member of the group www-data.',
};

/** Null for a guest that is gone meanwhile. */
async function readGuest({
  files,
  argvOf,
  vmid,
  storages,
}: {
  files: HostFiles;
  argvOf: ArgvOf;
  vmid: string;
  storages: ReadonlyMap<string, Storage>;
}): Promise<{ readonly domain: Domain; readonly findings: readonly SourceFinding[] } | null> {
  const text = await files.readText(`${GUESTS}/${vmid}.conf`);
  if (text === null) return null;
  const pid = await readPid({ files, argvOf, vmid });
  const { domain, findings } = parseGuest({ vmid, text, storages });
  // VMID.qga beside it belongs to qemu-guest-agent, which Proxmox VE talks to: it is not touched.
  const monitors = pid === null ? [] : [{ kind: 'socket', path: `${RUN}/${vmid}.qmp` } as const];
  return { domain: { ...domain, isRunning: pid !== null, pid, monitors }, findings };
}

/**
 * The file outlives its process, and the number may be anybody's by then; Proxmox VE's own check looks for the process
 * too (PVE::QemuServer::Helpers).
 */
async function readPid({
  files,
  argvOf,
  vmid,
}: {
  files: HostFiles;
  argvOf: ArgvOf;
  vmid: string;
}): Promise<number | null> {
  const pid = Number((await files.readText(`${RUN}/${vmid}.pid`))?.trim() || Number.NaN);
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  const argv = (await argvOf(pid)) ?? [];
  return argv[argv.indexOf('-id') + 1] === vmid ? pid : null;
}
