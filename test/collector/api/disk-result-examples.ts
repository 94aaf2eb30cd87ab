import type { DiskResult } from '../../../collector/src/model/trim-result.ts';

const MiB = 1024 ** 2;

export const RECLAIMED: DiskResult = {
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
  fix: null,
  remedy: null,
  needsPowerCycle: null,
  page: null,
  reclaimedBetween: null,
  slack: null,
  contradictions: [],
  gaps: [],
  sentence: 'The host got 77.5 MiB back; most of what was trimmed had never been allocated.',
  evidence: [{ fact: 'not shown', value: 'of a trim that did what it should' }],
};

export const LOST: DiskResult = {
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
  remedy: null,
  needsPowerCycle: true,
  page: 'docs/causes.md#host-ignores-discard',
  reclaimedBetween: null,
  slack: null,
  contradictions: [],
  gaps: [],
};
