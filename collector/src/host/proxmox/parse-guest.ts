import type { Domain, HostDisk } from '../../model/domain.ts';
import type { HostDevice } from '../../model/host-device.ts';
import type { SourceFinding } from '../../ports/host-source.ts';
import { readDisks, toKey } from './disks.ts';
import { readGuestAgent } from './guest-agent.ts';
import { parseGuestConfiguration, parseProperties } from './guest-configuration.ts';
import type { Storage } from './storage-configuration.ts';

export interface ParsedGuest {
  /** As it is configured: whether it runs, the file does not say. */
  readonly domain: Domain;
  /** Disks whose SCSI commands go past QEMU's counters; each has a finding too. */
  readonly passedThrough: readonly HostDisk[];
  /** Devices of the host that the guest has as they are; which of them are disks, the file does not say. */
  readonly hostDevices: readonly HostDevice[];
  readonly findings: readonly SourceFinding[];
}

/** A guest from its /etc/pve/qemu-server/VMID.conf. */
export function parseGuest({
  vmid,
  text,
  storages,
}: {
  vmid: string;
  text: string;
  storages: ReadonlyMap<string, Storage>;
}): ParsedGuest {
  const { current, pending } = parseGuestConfiguration(text);
  const name = current.get('name') ?? `VM ${vmid}`;
  const uuid =
    parseProperties({ text: current.get('smbios1') ?? '', impliedKey: 'none' })
      .get('uuid')
      ?.toLowerCase() ?? null;
  const { disks, passedThrough, findings } = readDisks({
    guest: name,
    vmid,
    configuration: current,
    pending,
    storages,
  });
  return {
    domain: {
      key: toKey(vmid),
      name,
      uuid,
      guestUuid: uuid,
      source: 'proxmox',
      libvirtUri: null,
      seenBy: ['proxmox'],
      isRunning: null,
      pid: null,
      monitors: [],
      bootId: null,
      guestAgent: readGuestAgent({ vmid, configuration: current }),
      disks,
    },
    passedThrough,
    hostDevices: [...current].flatMap(toHostDevices),
    findings,
  };
}

/**
 * `hostpci0: 0000:01:00.0;0000:01:00.1,pcie=1`, `hostpci1: mapping=gpu`, `usb0: host=1234:beef`; `usb1: spice` is the
 * viewer's.
 */
function toHostDevices([key, value]: readonly [string, string]): readonly HostDevice[] {
  const kind = /^hostpci\d+$/.test(key) ? 'pci' : /^usb\d+$/.test(key) ? 'usb' : null;
  if (kind === null) return [];
  const properties = parseProperties({ text: value, impliedKey: 'host' });
  const addresses = (properties.get('host') ?? properties.get('mapping') ?? '').split(';').filter(Boolean);
  return addresses.filter((address) => address !== 'spice').map((address) => ({ kind, address }));
}
