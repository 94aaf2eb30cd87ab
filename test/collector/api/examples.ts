import type { Inventory } from '@trimtab/protocol';
import type { GuestsView, StatusView } from '../../../collector/src/model/status.ts';
import type { DiskResult, TrimResult } from '../../../collector/src/model/trim-result.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;

/** What a hostile guest would like an administrator's terminal to carry out: clear it, retitle it, and the C1 form of it. */
export const HOSTILE = 'evil\u001b[2J\u001b]0;owned\u0007\u009b31m\u202egnp\nroot# ';

export const STATUS: StatusView = {
  takenAt: '2026-11-23T07:44:10.000Z',
  pools: [
    {
      key: '/var/lib/libvirt/images',
      kind: 'ext4',
      sizeBytes: 100 * GiB,
      freeBytes: 6 * GiB,
      capacityBytes: 320 * GiB,
      allocationBytes: 90 * GiB,
      overcommit: 3.2,
    },
    {
      key: '/srv/thick',
      kind: 'xfs',
      sizeBytes: 931 * GiB,
      freeBytes: 412 * GiB,
      capacityBytes: 0,
      allocationBytes: 0,
      overcommit: 0,
    },
  ],
  images: [
    {
      path: '/var/lib/libvirt/images/customers/web-1-root-volume-2026.qcow2',
      pool: '/var/lib/libvirt/images',
      format: 'qcow2',
      capacityBytes: 100 * GiB,
      allocationBytes: 61.25 * GiB,
      physicalBytes: 100 * GiB,
      guest: 'web-1',
      disk: 'virtio0',
      device: 'vda',
      matchedBy: 'serial',
      discard: 'unmap',
    },
    {
      path: '/var/lib/libvirt/images/db-1.raw',
      pool: '/var/lib/libvirt/images',
      format: 'raw',
      capacityBytes: null,
      allocationBytes: 812 * MiB,
      physicalBytes: 20 * GiB,
      guest: '数据库',
      disk: 'scsi0-0-0',
      device: null,
      matchedBy: null,
      discard: 'ignore',
    },
    {
      path: '/dev/vg0/thin-7',
      pool: 'vg0/thin',
      format: 'raw',
      capacityBytes: 8 * GiB,
      allocationBytes: 1 * GiB,
      physicalBytes: 8 * GiB,
      guest: HOSTILE,
      disk: 'd',
      device: null,
      matchedBy: null,
      discard: null,
    },
  ],
  findings: [
    {
      subject: 'web-2',
      sentence: 'its QEMU monitor is held by another program, so what the virtual device received cannot be counted',
      hint: 'Give QEMU a second monitor: -qmp unix:/run/web-2.trimtab.qmp,server=on,wait=off',
    },
    { subject: '/proc/4711/fd', sentence: 'not readable', hint: null },
  ],
};

const INVENTORY: Inventory = {
  takenAt: 1,
  facts: null,
  layers: [],
  disks: [],
  filesystems: [
    ...['/', '/home'].map((mount) => ({
      mount,
      alsoMountedAt: [],
      kind: 'ext4',
      source: '/dev/vda1',
      devices: ['vda1'],
      sizeBytes: GiB,
      usedBytes: GiB / 2,
      discardsOnline: false,
      obstacle: null,
    })),
    {
      mount: '/mnt/cd',
      alsoMountedAt: [],
      kind: 'iso9660',
      source: '/dev/sr0',
      devices: ['sr0'],
      sizeBytes: GiB,
      usedBytes: GiB,
      discardsOnline: false,
      obstacle: { code: 'read-only', sentence: 'mounted read-only', hint: null },
    },
  ],
};

export const GUESTS: GuestsView = {
  takenAt: '2026-11-23T07:44:10.000Z',
  guests: [
    {
      name: 'web-1',
      id: 'a',
      source: 'qemu-process',
      agent: { version: '0.1.0', connected: true, lastSeenAt: '2026-11-23T07:44:00.000Z' },
      inventory: INVENTORY,
    },
    {
      name: 'db-1',
      id: 'b',
      source: null,
      agent: { version: '0.1.0', connected: false, lastSeenAt: '2026-11-20T01:02:03.000Z' },
      inventory: null,
    },
    { name: HOSTILE, id: null, source: 'static-list', agent: null, inventory: null },
  ],
  findings: [],
};

const RECLAIMED: DiskResult = {
  device: 'vda',
  image: '/var/lib/libvirt/images/web-1.qcow2',
  matchedBy: 'serial',
  hops: {
    trimmedBytes: 1_073_741_824,
    issuedBytes: 1_020_000_000,
    receivedBytes: null,
    passedBytes: 1_020_000_000,
    reclaimedBytes: 81_264_640,
    regainedBytes: null,
  },
  writtenBytes: 4096,
  allocationBytes: { before: 2_000_000_000, after: 1_918_735_360 },
  verdict: 'reclaimed',
  lostAt: null,
  cause: null,
  sentence: 'The host got 77.5 MiB back; most of what was trimmed had never been allocated.',
  evidence: [{ fact: 'not shown', value: 'of a trim that did what it should' }],
  fix: null,
  gaps: [],
};

const LOST: DiskResult = {
  device: 'vdb',
  image: '/var/lib/libvirt/images/web-1-data.raw',
  matchedBy: 'only-one-of-its-size',
  hops: {
    trimmedBytes: 512 * MiB,
    issuedBytes: 512 * MiB,
    receivedBytes: null,
    passedBytes: 0,
    reclaimedBytes: -1_048_576,
    regainedBytes: null,
  },
  writtenBytes: 0,
  allocationBytes: { before: 10, after: 10 },
  verdict: 'lost',
  lostAt: 'passed',
  cause: 'host-ignores-discard',
  sentence: 'QEMU dropped all 512 MiB of discards, because this disk is configured with discard=ignore.',
  evidence: [
    { fact: 'discard of node disk1-format', value: 'ignore' },
    { fact: 'discard-bytes-ok of the file node', value: 'did not change' },
  ],
  fix: "virsh edit web-1   # in <driver> of the disk vdb: discard='unmap', then stop and start the guest\n# or qemu -blockdev …,discard=unmap",
  gaps: [],
};

export const TRIM: TrimResult = {
  id: '00000000-0000-4000-8000-000000000001',
  guest: 'web-1',
  trigger: 'requested',
  requestId: '00000000-0000-4000-8000-000000000002',
  startedAt: '2026-11-23T07:44:10.123Z',
  durationMs: 65_432,
  filesystems: [
    {
      mount: '/',
      kind: 'ext4',
      disks: ['vda'],
      durationMs: 3210,
      outcome: { status: 'done', trimmedBytes: 1_073_741_824 },
    },
    {
      mount: '/srv',
      kind: 'xfs',
      disks: ['vdb'],
      durationMs: 340,
      outcome: { status: 'done', trimmedBytes: 512 * MiB },
    },
  ],
  disks: [RECLAIMED, LOST],
};

export const FAILED_FILESYSTEM: TrimResult['filesystems'][number] = {
  mount: '/boot',
  kind: 'vfat',
  disks: ['vda'],
  durationMs: 12,
  outcome: {
    status: 'failed',
    message: `fstrim: /boot: FITRIM ioctl failed: Input/output error ${HOSTILE}`,
    hint: 'See dmesg in the guest.',
  },
};
