import { quote } from '@trimtab/protocol/causes';
import type { HostFiles } from '../../ports/host-files.ts';
import type { SourceFinding } from '../../ports/host-source.ts';
import { parseGuestConfiguration, parseProperties } from './guest-configuration.ts';
import type { Storage } from './storage-configuration.ts';

const CONTAINERS = '/etc/pve/lxc';

/**
 * Kinds of storage where a container has a volume with a filesystem of its own. A dataset of ZFS or a subvolume needs
 * no trim.
 */
const WITH_FILESYSTEM: ReadonlySet<string> = new Set(['lvmthin', 'rbd', 'dir', 'nfs', 'cifs', 'glusterfs']);

export const MOST_NAMED = 8;

/**
 * The containers of this node, in one finding: their volumes (`vm-105-disk-0`) fill the same pools as those of guests,
 * no QEMU has them, and no agent trims them. `pct fstrim` does (pct(1)).
 */
export async function findContainers({
  files,
  storages,
}: {
  files: HostFiles;
  storages: ReadonlyMap<string, Storage>;
}): Promise<readonly SourceFinding[]> {
  const vmids = (await files.list(CONTAINERS)).flatMap((name) => /^(\d+)\.conf$/.exec(name)?.[1] ?? []);
  const read = await Promise.all(vmids.map((vmid) => readContainer({ files, vmid, storages })));
  const found = read.filter((container) => container !== null);
  if (found.length === 0) return [];
  const named = found.slice(0, MOST_NAMED);
  const rest = found.length - named.length;
  const list = named.map(({ vmid, name, volumes }) => `${vmid} (${name}): ${volumes.join(', ')}`).join('; ');
  return [
    {
      subject: 'containers of Proxmox VE',
      sentence: `Their volumes take room in the same pools, and are trimmed by this host alone. ${list}${rest > 0 ? `; and ${rest} more` : ''}.`,
      hint: named.map(({ vmid }) => `pct fstrim ${quote(vmid)}`).join('; '),
    },
  ];
}

async function readContainer({
  files,
  vmid,
  storages,
}: {
  files: HostFiles;
  vmid: string;
  storages: ReadonlyMap<string, Storage>;
}): Promise<{ readonly vmid: string; readonly name: string; readonly volumes: readonly string[] } | null> {
  const text = await files.readText(`${CONTAINERS}/${vmid}.conf`);
  if (text === null) return null;
  const { current } = parseGuestConfiguration(text);
  const volumes = [...current].flatMap(([key, value]) => {
    if (key !== 'rootfs' && !/^mp\d+$/.test(key)) return [];
    const volume = parseProperties({ text: value, impliedKey: 'volume' }).get('volume') ?? '';
    const storage = storages.get(volume.split(':')[0] ?? '');
    // A dataset or subvolume, and the empty name of a folder, is `subvol-105-disk-0`.
    const isVolume = storage !== undefined && WITH_FILESYSTEM.has(storage.kind) && !/[:/]subvol-/.test(volume);
    return isVolume ? [volume] : [];
  });
  return volumes.length === 0 ? null : { vmid, name: current.get('hostname') ?? `CT ${vmid}`, volumes };
}
