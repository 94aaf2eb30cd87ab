import { quote } from '@trimtab/protocol/causes';
import type { Finding } from '../model/domain.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { createMountsOfProcess, type Mount, readMounts } from './mounts.ts';

/**
 * Where Incus and LXD mount a volume while its container runs, or a custom volume while somebody has it: `containers/NAME`
 * and `custom/PROJECT_NAME` of a storage pool (GetVolumeMountPath in their storage drivers).
 */
const VOLUME =
  /^(\/var\/lib\/incus|\/var\/lib\/lxd|\/var\/snap\/lxd\/common\/lxd)\/storage-pools\/[^/]+\/(?:containers|custom)\/([^/]+)$/;

/** What they make on a volume of LVM, Ceph or ZFS (`block.filesystem`). A dataset or a subvolume needs no trim. */
const OF_ITS_OWN: ReadonlySet<string> = new Set(['ext4', 'xfs', 'btrfs']);

/** The snap of LXD mounts where only its own processes see it. */
const SNAPS_PID = '/var/snap/lxd/common/lxd.pid';

export const MOST_NAMED = 8;

/**
 * The volumes of running containers of Incus and LXD, in one finding each: they fill the same pools as the images of
 * guests, no QEMU has them, and neither program has a command that trims them.
 */
export async function findContainerVolumes(files: Pick<HostFiles, 'readText'>): Promise<readonly Finding[]> {
  const here = await readMounts(files);
  const pid = (await files.readText(SNAPS_PID, 32))?.trim() ?? '';
  const snaps = /^\d+$/.test(pid) ? await createMountsOfProcess(files)(`/proc/${pid}`) : [];
  const seen = new Set(here.map(({ device }) => device));
  const volumes = [
    ...here.flatMap((mount) => toVolume({ mount, isHere: true })),
    ...snaps.filter(({ device }) => !seen.has(device)).flatMap((mount) => toVolume({ mount, isHere: false })),
  ];
  return [...Map.groupBy(volumes, ({ owner }) => owner)].map(([owner, own]) => toFinding({ owner, volumes: own }));
}

interface Volume {
  readonly owner: 'Incus' | 'LXD';
  readonly name: string;
  readonly mount: Mount;
  /** Mounted where this process looks. */
  readonly isHere: boolean;
}

function toVolume({ mount, isHere }: Pick<Volume, 'mount' | 'isHere'>): readonly Volume[] {
  const [, folder, name] = VOLUME.exec(mount.mountPoint) ?? [];
  if (folder === undefined || name === undefined || mount.root !== '/' || !OF_ITS_OWN.has(mount.kind)) return [];
  return [{ owner: folder.endsWith('incus') ? 'Incus' : 'LXD', name, mount, isHere }];
}

function toFinding({ owner, volumes }: Pick<Volume, 'owner'> & { volumes: readonly Volume[] }): Finding {
  const named = volumes.slice(0, MOST_NAMED);
  const rest = volumes.length - named.length;
  const list = named.map(({ name, mount }) => `${name}: ${mount.source} (${describe(mount)})`).join('; ');
  const online = volumes.some(({ mount }) => hasDiscard(mount))
    ? ' One that is mounted with discard gives deleted files back by itself.'
    : '';
  return {
    subject: `containers of ${owner}`,
    sentence: `Their volumes take room in the same pools, and are trimmed by this host alone. ${list}${rest > 0 ? `; and ${rest} more` : ''}.${online}`,
    hint: named.map(toCommand).join('; '),
  };
}

function describe(mount: Mount): string {
  return hasDiscard(mount) ? `${mount.kind}, mounted with discard` : mount.kind;
}

/** Incus and LXD ask for it, unless `block.mount_options` says otherwise. */
function hasDiscard({ options }: Mount): boolean {
  return options.some((option) => option === 'discard' || option.startsWith('discard='));
}

/** Of what is mounted elsewhere, by a second mount of its device, which is the same filesystem. */
function toCommand({ mount: { mountPoint, source, kind }, isHere }: Volume): string {
  if (isHere) return `fstrim -v ${quote(mountPoint)}`;
  return `mount -t ${kind} -o nosuid,nodev,noexec ${quote(source)} /mnt && { fstrim -v /mnt; umount /mnt; }`;
}
