import type { Disk, GuestIdentity } from '@trimtab/protocol';
import type { Domain, HostDisk } from '../../../collector/src/model/domain.ts';
import { toHostDisk } from '../../support/host-disk.ts';

export const GIB = 1024 ** 3;

/** A disk as a guest tells of it; nothing identifies it. */
export const aDisk = (overrides: Partial<Disk> = {}): Disk => ({
  name: 'sda',
  sizeBytes: 30 * GIB,
  driver: 'sd',
  model: null,
  serial: null,
  wwn: null,
  pciAddress: null,
  pciPath: null,
  scsiAddress: null,
  backingFile: null,
  backingMount: null,
  provisioningMode: null,
  ...overrides,
});

/** A disk as a hypervisor tells of it; nothing identifies it. */
export const aHostDisk = (overrides: Partial<HostDisk> = {}): HostDisk =>
  toHostDisk('/images/a.raw', { bus: 'virtio-scsi', format: 'raw', ...overrides });

export const UUID = 'a3f1c7d2-5b64-4e0f-9c11-7d2e8a90b3c4';

export const aDomain = (overrides: Partial<Domain> = {}): Domain => ({
  key: 'qemu:100',
  name: 'web',
  uuid: UUID,
  guestUuid: UUID,
  source: 'qemu-process',
  libvirtUri: null,
  seenBy: ['qemu-process'],
  isRunning: true,
  pid: 100,
  monitors: [],
  bootId: null,
  disks: [],
  ...overrides,
});

export const anIdentity = (overrides: Partial<GuestIdentity> = {}): GuestIdentity => ({
  hostname: 'web',
  productUuid: UUID,
  machineId: '0123456789abcdef0123456789abcdef',
  bootId: '6dbbd3ac-64ea-4a3b-8a1c-06c1d2d9b111',
  ...overrides,
});
