import { readFileSync } from 'node:fs';
import { type GuestState, WELL } from '../../contract/guest-agent.ts';
import { TRIM_ANSWER } from './libvirt-guests.ts';

const captured = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/qga/socket/${name}`, import.meta.url), 'utf8'));

const VIRTIO = {
  'bus-type': 'virtio',
  bus: 0,
  unit: 0,
  'pci-controller': { bus: 0, slot: 5, domain: 0, function: 0 },
  dev: '/dev/vda1',
  target: 0,
};
const SECOND = { ...VIRTIO, 'pci-controller': { bus: 0, slot: 6, domain: 0, function: 0 }, serial: 'data-1' };
const SCSI = {
  'bus-type': 'scsi',
  bus: 0,
  unit: 1,
  'pci-controller': { bus: 0, slot: 7, domain: 0, function: 0 },
  serial: '0QEMU_QEMU_HARDDISK_data-2',
  dev: '/dev/sda',
  target: 3,
};

const FILESYSTEMS = [
  {
    name: 'vda1',
    'total-bytes': WELL.sizeBytes,
    mountpoint: '/',
    disk: [VIRTIO],
    'used-bytes': WELL.usedBytes,
    type: 'ext4',
  },
  {
    name: 'dm-0',
    'total-bytes': 4_283_432_960,
    mountpoint: '/srv',
    disk: [SECOND, SCSI],
    'used-bytes': 0,
    type: 'xfs',
  },
];

const DISKS = [
  { name: '/dev/vda', dependencies: [], partition: false, address: VIRTIO },
  { name: '/dev/vda1', dependencies: ['/dev/vda'], partition: true },
  { name: '/dev/dm-0', dependencies: ['/dev/vdb', '/dev/sda'], partition: false, alias: 'vg0-srv' },
];

const frozen = (execute: string) => ({
  error: { class: 'CommandNotFound', desc: `Command ${execute} has been disabled: the agent is in frozen state` },
});

/** What a qemu-ga in this state says, as a text that ends with its line. */
export function toSaid(state: GuestState, execute: string): string {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  if (state === 'frozen' && execute !== 'guest-info') return line(frozen(execute));
  if (state === 'forbids') {
    if (execute === 'guest-info') return line(captured('guest-info-forbids.json'));
    if (execute === 'guest-fstrim') return line(captured('forbidden-fstrim.json'));
    if (execute === 'guest-get-fsinfo') return line(captured('forbidden-fsinfo.json'));
  }
  switch (execute) {
    case 'guest-info':
      return line(captured('guest-info.json'));
    case 'guest-get-disks':
      return line({ return: DISKS });
    case 'guest-fstrim':
      return line({ return: TRIM_ANSWER });
    default:
      return toFilesystems(state);
  }
}

function toFilesystems(state: GuestState): string {
  switch (state) {
    case 'too-long':
      return `{"return": "${'x'.repeat(5 * 1024 * 1024)}"}\n`;
    case 'nested':
      return `{"return": ${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`;
    case 'no-json':
      return 'hello\n';
    case 'wrong-keys':
      return `${JSON.stringify({ return: [{ mount: '/', type: 'ext4', disk: [] }] })}\n`;
    case 'more-keys':
      return `${JSON.stringify({
        return: [{ name: 'vda', mountpoint: '/', type: 'ext4', colour: 'blue', 'used-bytes': -1, disk: [VIRTIO] }],
        id: 7,
      })}\n`;
    default:
      return `${JSON.stringify({ return: FILESYSTEMS })}\n`;
  }
}
