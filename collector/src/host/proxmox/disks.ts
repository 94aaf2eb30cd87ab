import { normalize } from 'node:path/posix';
import type { DiscardNode, HostDisk } from '../../model/domain.ts';
import { toMachineWithoutDiscard } from '../../model/machine-age.ts';
import type { SourceFinding } from '../../ports/host-source.ts';
import { type GuestConfiguration, parseProperties } from './guest-configuration.ts';
import { placeVolume, type Storage, type VolumePlace } from './storage-configuration.ts';

/** Keys of the disks that the guest's system sees; `efidisk0`, `tpmstate0` and `unused0` are not among them. */
const DISK_KEY = /^(virtio|scsi|sata|ide)(\d{1,2})$/;

/**
 * The disks of a guest's current configuration (qm.conf(5)). PCI addresses are chosen by Proxmox VE at the start: the
 * running QEMU has them.
 */
export function readDisks({
  guest,
  vmid,
  configuration,
  pending,
  storages,
}: {
  guest: string;
  vmid: string;
  configuration: GuestConfiguration;
  /** What waits for the next start. */
  pending: GuestConfiguration;
  storages: ReadonlyMap<string, Storage>;
}): ReadDisks {
  const disks: HostDisk[] = [];
  const passedThrough: HostDisk[] = [];
  const findings: SourceFinding[] = [];
  const machine = parseProperties({ text: configuration.get('machine') ?? '', impliedKey: 'type' }).get('type') ?? null;
  for (const [id, value] of configuration) {
    const [, kind, index] = DISK_KEY.exec(id) ?? [];
    if (kind === undefined) continue;
    const properties = parseProperties({ text: value, impliedKey: 'file' });
    const volume = properties.get('file') ?? '';
    if (properties.get('media') === 'cdrom' || volume === 'none' || volume === 'cdrom') continue;
    const place = toPlace(volume, storages);
    const obstacle = findObstacle({ volume, place, properties, kind, vmid });
    if (obstacle !== null)
      findings.push({
        subject: `${guest}, disk ${id}`,
        sentence: obstacle.sentence,
        hint: obstacle.hint,
        leftOut: { domain: toKey(vmid), disk: id },
      });
    if (place === null || (obstacle !== null && obstacle !== PASSED_THROUGH)) continue;
    const controller = configuration.get('scsihw') ?? 'lsi';
    const next = pending.get(id) ?? value;
    const disk = toHostDisk({ id, next, kind, index: Number(index), properties, place, controller, machine });
    if (obstacle === null) disks.push(disk);
    else passedThrough.push(disk);
  }
  return { disks, passedThrough, findings: [...findings, ...findOwnArguments({ guest, vmid, configuration })] };
}

export interface ReadDisks {
  readonly disks: readonly HostDisk[];
  /** Disks whose SCSI commands go past QEMU's counters; each has a finding too. */
  readonly passedThrough: readonly HostDisk[];
  readonly findings: readonly SourceFinding[];
}

/** The key of a guest of Proxmox VE. */
export function toKey(vmid: string): string {
  return `proxmox:${vmid}`;
}

interface Obstacle {
  readonly sentence: string;
  readonly hint: string;
}

/** `scsiblock=1` (qm.conf(5)) is scsi-block, past QEMU's nodes; only a path can have it. */
const PASSED_THROUGH: Obstacle = {
  sentence: 'The disk hands its SCSI commands straight to the device, where QEMU counts none; it is left out.',
  hint: 'Remove scsiblock=1 to have its discards counted.',
};

function findObstacle({
  volume,
  place,
  properties,
  kind,
  vmid,
}: {
  volume: string;
  place: VolumePlace | null;
  properties: ReadonlyMap<string, string>;
  kind: string;
  vmid: string;
}): Obstacle | null {
  if (place === null)
    return {
      sentence: `Where its volume ${volume} is on this host is not known from /etc/pve/storage.cfg; it is left out.`,
      hint: `pvesm path ${volume}; qm config ${vmid}`,
    };
  if (isOn(properties.get('snapshot')))
    return {
      sentence: 'The disk is opened with snapshot=1: what the guest writes never reaches the image; it is left out.',
      hint: 'Remove snapshot=1, if the guest shall keep what it writes.',
    };
  return kind === 'scsi' && volume.startsWith('/') && isOn(properties.get('scsiblock')) ? PASSED_THROUGH : null;
}

/** The options of QEMU that can bring a disk or change one. */
const BRINGS_DISK = /(?:^|\s)-{1,2}(drive|blockdev|device|readconfig|set|global|hd[a-d]|sd|mtdblock|snapshot)(?=\s|$)/g;

function findOwnArguments({
  guest,
  vmid,
  configuration,
}: {
  guest: string;
  vmid: string;
  configuration: GuestConfiguration;
}): readonly SourceFinding[] {
  const options = [
    ...new Set([...(configuration.get('args') ?? '').matchAll(BRINGS_DISK)].map(([, name]) => `-${name}`)),
  ];
  if (options.length === 0) return [];
  const sentence = `Its args: adds options of QEMU's own (${options.join(', ')}): what disks they bring or change is known only while it runs, from its command line.`;
  const hint = 'Look for its disks again when the guest runs.';
  return [{ subject: guest, sentence, hint, untilRunning: toKey(vmid) }];
}

/** A volume of a storage, or a device or file of this host by its path. */
function toPlace(volume: string, storages: ReadonlyMap<string, Storage>): VolumePlace | null {
  if (!volume.startsWith('/')) return placeVolume(volume, storages);
  const format = /\.(qcow2|vmdk)$/.exec(volume)?.[1] ?? 'raw';
  return { image: normalize(volume), storage: volume.startsWith('/dev/') ? 'block' : 'file', format };
}

interface Given {
  readonly id: string;
  /** What `qm config` prints of it: as it is at the next start. */
  readonly next: string;
  readonly kind: string;
  readonly index: number;
  readonly properties: ReadonlyMap<string, string>;
  readonly place: VolumePlace;
  readonly controller: string;
  readonly machine: string | null;
}

function toHostDisk({ id, next, kind, index, properties, place, controller, machine }: Given): HostDisk {
  const discard = toDiscard(properties);
  return {
    id,
    bus: toBus({ kind, controller }),
    ...place,
    format: properties.get('format') ?? place.format,
    readOnly: isOn(properties.get('ro')),
    serial: toSerial(properties.get('serial')),
    wwn: properties.get('wwn') ?? null,
    pciPath: null,
    scsiAddress: kind === 'scsi' ? toScsiAddress(index, controller) : null,
    kernelName: null,
    nodes: NODES[discard],
    // PVE::QemuServer::Drive: on unless switched off, and unmap where discards are passed on.
    detectZeroes: properties.get('detect_zeroes') === '0' ? 'off' : discard === 'unmap' ? 'unmap' : 'on',
    discardGranularityBytes: null,
    withoutDiscard: kind === 'virtio' ? toMachineWithoutDiscard(machine) : null,
    discardNoUnref: false,
    setting: next,
    atNextStart: toDiscard(parseProperties({ text: next, impliedKey: 'file' })),
    shareable: false,
  };
}

function toDiscard(properties: ReadonlyMap<string, string>): DiscardNode['discard'] {
  return isOn(properties.get('discard')) ? 'unmap' : 'ignore';
}

/** Proxmox VE tells both nodes the same; the command line of a running QEMU says which nodes it has. */
const NODES: Readonly<Record<DiscardNode['discard'], readonly DiscardNode[]>> = {
  unmap: [
    { node: null, role: 'format', discard: 'unmap' },
    { node: null, role: 'file', discard: 'unmap' },
  ],
  ignore: [
    { node: null, role: 'format', discard: 'ignore' },
    { node: null, role: 'file', discard: 'ignore' },
  ],
};

function toBus({ kind, controller }: { kind: string; controller: string }): HostDisk['bus'] {
  if (kind === 'virtio') return 'virtio-blk';
  if (kind === 'scsi') return controller.startsWith('virtio-scsi') ? 'virtio-scsi' : 'scsi';
  return kind === 'sata' ? 'sata' : 'ide';
}

/** An LSI controller takes seven targets; the others one target with a LUN for each disk (print_drivedevice_full). */
function toScsiAddress(index: number, controller: string): HostDisk['scsiAddress'] {
  if (controller.startsWith('lsi')) return { channel: 0, target: index % 7, lun: 0 };
  return controller.startsWith('virtio-scsi') ? { channel: 0, target: 0, lun: index } : null;
}

/** Written as in a URL. */
function toSerial(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text);
  } catch {
    return text ?? null;
  }
}

function isOn(value: string | undefined): boolean {
  return value === 'on' || value === '1' || value === 'yes' || value === 'true';
}
