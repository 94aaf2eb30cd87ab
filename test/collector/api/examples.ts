import type { Inventory, RequestId, TrimId } from '@trimtab/protocol';
import type { GuestsView, StatusView } from '../../../collector/src/model/status.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { LOST, RECLAIMED } from './disk-result-examples.ts';
import { FILLING_POOL } from './foresight-example.ts';
import { HOSTILE } from './hostile.ts';
import { IMAGES } from './image-examples.ts';
import { AGENT, NOBODY } from './inside-examples.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;

export const STATUS: StatusView = {
  takenAt: '2026-11-23T07:44:10.000Z',
  surveyedAt: '2026-11-23T07:44:10.000Z',
  askedAt: '2026-11-23T07:44:10.000Z',
  pools: [
    {
      key: '/var/lib/libvirt/images',
      kind: 'ext4',
      sizeBytes: 100 * GiB,
      freeBytes: 6 * GiB,
      capacityBytes: 320 * GiB,
      allocationBytes: 90 * GiB,
      overcommit: 3.2,
      metadata: null,
      chunkBytes: null,
      discards: null,
      whenFull: 'ENOSPC: QEMU pauses the guest',
      nfsVersion: null,
      reflink: false,
    },
    {
      key: '/srv/nfs',
      kind: 'nfs4',
      sizeBytes: 931 * GiB,
      freeBytes: 412 * GiB,
      capacityBytes: 0,
      allocationBytes: 0,
      overcommit: 0,
      metadata: null,
      chunkBytes: null,
      discards: null,
      whenFull: 'ENOSPC: QEMU pauses the guest',
      nfsVersion: '4.2',
      reflink: null,
    },
    {
      key: 'vg0/pool-a',
      kind: 'lvm-thin',
      sizeBytes: GiB,
      freeBytes: 700 * MiB,
      capacityBytes: 8 * GiB,
      allocationBytes: GiB,
      overcommit: 8,
      metadata: { sizeBytes: 4 * MiB, usedBytes: 593_494 },
      chunkBytes: 65_536,
      discards: 'passdown',
      whenFull: 'queues, then errors',
      nfsVersion: null,
      reflink: true,
    },
  ],
  images: IMAGES,
  unclaimed: [
    {
      path: '/var/lib/libvirt/images/customers/web-1-root-volume-2024-before-the-move.qcow2',
      pool: '/var/lib/libvirt/images',
      allocationBytes: 18.5 * GiB,
      physicalBytes: 20 * GiB,
    },
    ...['one', HOSTILE, 'three', 'four', 'five', 'six'].map((name) => ({
      path: `/var/lib/libvirt/images/${name}.img`,
      pool: '/var/lib/libvirt/images',
      allocationBytes: MiB,
      physicalBytes: GiB,
    })),
  ],
  sources: [
    { source: 'libvirt', used: true, sentence: '12 guests', answeredAt: Date.UTC(2026, 10, 23, 7, 40) },
    { source: 'proxmox', used: false, sentence: 'no /etc/pve on this host', answeredAt: null },
    { source: 'qemu-process', used: true, sentence: '13 guests', answeredAt: Date.UTC(2026, 10, 23, 7, 44, 9) },
  ],
  findings: [
    {
      subject: 'web-2',
      sentence: 'its QEMU monitor is held by another program, so what the virtual device received cannot be counted',
      hint: 'Give QEMU a second monitor: -qmp unix:/run/web-2.trimtab.qmp,server=on,wait=off',
    },
    { subject: '/proc/4711/fd', sentence: 'not readable', hint: null },
  ],
  firingAlerts: 2,
  forecasts: [
    { pool: FILLING_POOL.pool, forecast: FILLING_POOL.asItGoes },
    { pool: '/srv/nfs', forecast: { ...FILLING_POOL.asItGoes, kind: 'not-growing', median: null, fullBetween: null } },
  ],
};

const INVENTORY: Inventory = {
  takenAt: 1,
  facts: null,
  swaps: [],
  fstrimTimer: null,
  unreached: null,
  hasFstrim: null,
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
      blockBytes: 4096,
      tooSmallBytes: null,
      inFstab: null,
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
      blockBytes: 4096,
      tooSmallBytes: null,
      inFstab: null,
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
      source: 'libvirt',
      seenBy: ['libvirt', 'qemu-process'],
      state: 'connected',
      agent: { version: '0.2.0', connected: true, lastSeenAt: '2026-11-23T07:44:00.000Z' },
      inside: AGENT,
      trimmable: { filesystems: INVENTORY.filesystems.length - 1, outOf: INVENTORY.filesystems.length },
      inventory: INVENTORY,
    },
    {
      name: 'db-1',
      id: 'b',
      source: null,
      seenBy: [],
      state: 'away',
      agent: { version: '0.2.0', connected: false, lastSeenAt: '2026-11-20T01:02:03.000Z' },
      inside: NOBODY,
      trimmable: null,
      inventory: null,
    },
    {
      name: 'mail-1',
      id: 'c',
      source: 'libvirt',
      seenBy: ['libvirt'],
      state: 'off',
      agent: { version: '0.2.0', connected: false, lastSeenAt: '2026-11-22T18:30:00.000Z' },
      inside: NOBODY,
      trimmable: null,
      inventory: null,
    },
    {
      name: 'new-1',
      id: 'd',
      source: 'libvirt',
      seenBy: ['libvirt'],
      state: 'connected',
      agent: { version: '0.2.0', connected: true, lastSeenAt: '2026-11-23T07:44:09.000Z' },
      inside: NOBODY,
      trimmable: null,
      inventory: null,
    },
    {
      name: 'db-2',
      id: null,
      source: 'libvirt',
      seenBy: ['libvirt'],
      state: 'no-agent',
      agent: null,
      inside: NOBODY,
      trimmable: null,
      inventory: null,
    },
    {
      name: HOSTILE,
      id: null,
      source: 'static-list',
      seenBy: ['static-list'],
      state: 'no-agent',
      agent: null,
      inside: NOBODY,
      trimmable: null,
      inventory: null,
    },
  ],
  findings: ['db-2', HOSTILE].map((subject) => ({
    subject,
    sentence: 'no agent has ever connected from it, so nobody can ask it to trim',
    hint: 'In the guest, as root: trimtab-agent run --collector HOST:7461',
  })),
};

export const TRIM: TrimResult = {
  id: '00000000-0000-4000-8000-000000000001' as TrimId,
  guest: 'web-1',
  inside: 'trimtab-agent',
  trigger: 'requested',
  requestId: '00000000-0000-4000-8000-000000000002' as RequestId,
  startedAt: '2026-11-23T07:44:10.123Z',
  toldStartedAt: null,
  durationMs: 65_432,
  bootId: null,
  curedBy: null,
  amendedAt: null,
  libvirtNoted: null,
  reported: true,
  filesystems: [
    {
      mount: '/',
      kind: 'ext4',
      disks: ['vda'],
      durationMs: 3210,
      outcome: { status: 'done', trimmedBytes: 1_073_741_824 },
      again: false,
    },
    {
      mount: '/srv',
      kind: 'xfs',
      disks: ['vdb'],
      durationMs: 340,
      outcome: { status: 'done', trimmedBytes: 512 * MiB },
      again: false,
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
  again: false,
};
