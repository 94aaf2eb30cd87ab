import { diagnoseDisk } from '../../../collector/src/diagnose/diagnose-disk.ts';
import type { DoctorGuest, DoctorView } from '../../../collector/src/model/doctor.ts';
import { aQcow2, examined, GIB, IGNORE, MIB } from '../diagnose/examples.ts';
import { STATUS } from './examples.ts';
import { HOSTILE } from './hostile.ts';
import { NOBODY } from './inside-examples.ts';

const slack = { leastBytes: 900 * MIB, estimateBytes: 1100 * MIB, mostBytes: 1200 * MIB };
const named = { device: 'sda', disk: 'scsi0-0-0-0', unmatched: null, useToldAt: '2026-11-25T12:59:57.000Z' };

const HEALTHY: DoctorGuest = {
  name: 'web-1',
  state: 'connected',
  agent: 'connected',
  isRevoked: false,
  inside: NOBODY,
  announced: true,
  disks: [{ ...named, ...diagnoseDisk(examined({ slack, holdsMore: true }), null) }],
  findings: [
    {
      cause: 'fstrim-timer-too',
      hop: 'trimmed',
      effect: 'note',
      page: 'docs/causes.md#fstrim-timer-too',
      sentence: 'The distribution’s own fstrim.timer trims this guest too.',
      evidence: [],
      mount: null,
      seenByTrimAt: null,
      fix: { on: 'guest', commands: ['systemctl disable --now fstrim.timer'], note: null, needsPowerCycle: false },
    },
  ],
};

const IGNORING: DoctorGuest = {
  name: 'db-1',
  state: 'connected',
  agent: 'connected',
  isRevoked: false,
  inside: NOBODY,
  announced: true,
  disks: [
    {
      ...named,
      ...diagnoseDisk(
        examined({
          guest: 'db-1',
          domain: {
            key: 'libvirt:x',
            source: 'libvirt',
            libvirtUri: 'qemu:///system',
            monitors: [{ kind: 'libvirt', uri: 'qemu:///system', domain: 'x' }],
          },
          repair: { kind: 'unasked' },
          nodes: IGNORE,
          slack,
          holdsMore: true,
        }),
        null,
      ),
    },
  ],
  findings: [],
};

const SNAPSHOTTED: DoctorGuest = {
  name: 'old-1',
  state: 'connected',
  agent: 'connected',
  isRevoked: false,
  inside: NOBODY,
  announced: true,
  disks: [
    {
      device: 'vda',
      disk: 'virtio-disk0',
      unmatched: null,
      useToldAt: null,
      ...diagnoseDisk(
        examined({
          guest: 'old-1',
          image: aQcow2({ internalSnapshots: 1, snapshotNames: [`before ${HOSTILE}`] }),
          slack,
          holdsMore: null,
        }),
        null,
      ),
    },
  ],
  findings: [],
};

const UNKNOWN: DoctorGuest = {
  name: 'web-2',
  state: 'no-agent',
  agent: 'none',
  isRevoked: false,
  inside: NOBODY,
  announced: false,
  disks: [
    {
      device: null,
      useToldAt: null,
      disk: 'virtio-disk0',
      unmatched: 'no agent tells which disk of the guest it is',
      ...diagnoseDisk(examined({ guest: 'web-2', filesystems: [] }), null),
    },
  ],
  findings: [],
};

/** By falloc, below nodes that ignore discards: a choice, and not to be mended. */
export const PREALLOCATED: DoctorGuest = {
  ...IGNORING,
  name: 'fixed-1',
  disks: [
    {
      ...named,
      useToldAt: null,
      ...diagnoseDisk(
        examined({
          nodes: IGNORE,
          repair: { kind: 'possible' },
          image: { capacityBytes: 256 * MIB, allocationBytes: 256 * MIB },
          extents: { sharedBytes: 0, unwrittenBytes: 250 * MIB, encodedBytes: 0, sharedAt: null },
          slack: { leastBytes: 240 * MIB, estimateBytes: 245 * MIB, mostBytes: 250 * MIB },
          holdsMore: true,
        }),
        null,
      ),
    },
  ],
};

/** Four guests: a clean one, one whose host ignores discards, one with a snapshot, one without an agent. */
export const DOCTOR: DoctorView = {
  takenAt: '2026-11-25T13:00:00.000Z',
  guests: [HEALTHY, IGNORING, SNAPSHOTTED, UNKNOWN],
  sum: { nowBytes: 1.1 * GIB, afterFixesBytes: 2.2 * GIB, unknownDisks: 1 },
  fillable: [
    {
      key: '/images',
      kind: 'ext4',
      sizeBytes: 100 * GIB,
      freeBytes: 12 * GIB,
      capacityBytes: 160 * GIB,
      allocationBytes: 80 * GIB,
      overcommit: 1.6,
    },
  ],
  estimateError: { trims: 5, medianBytes: 12 * MIB, withinBounds: 4 },
  sources: STATUS.sources,
  findings: [],
};

export const CLEAN: DoctorView = { ...DOCTOR, guests: [HEALTHY] };

/** Nothing is wrong with the host's half; of the other nobody told. */
export const HALF_SEEN: DoctorView = {
  ...DOCTOR,
  guests: [{ ...HEALTHY, state: 'away', agent: 'away', announced: false }],
};

/** One that is off, one that is away, and one whose inventory is not here yet. */
export const UNSEEN: DoctorView = {
  ...DOCTOR,
  guests: [
    { ...UNKNOWN, name: 'mail-1', state: 'off', agent: 'away' },
    { ...UNKNOWN, name: 'db-1', state: 'away', agent: 'away' },
    { ...UNKNOWN, name: 'till-1', state: 'away', agent: 'away', isRevoked: true },
    { ...UNKNOWN, name: 'new-1', state: 'connected', agent: 'connected' },
    { ...UNKNOWN, name: 'gone-1', state: 'off', agent: 'away', disks: [] },
  ],
};
