import type { FromGuest, FromHost, Inventory, ProofId, RequestId, TrimId, TrimReport } from '@trimtab/protocol';

/**
 * One of every message, as a guest with one virtio-scsi disk would have it. Used by whatever needs a real-looking wire.
 */
export const TRIM_ID = '0b5ad9a2-8c5f-4d0e-9a43-1f2f6c1d7a10' as TrimId;
export const REQUEST_ID = '5f0f6f0e-57a4-4a0a-a3b5-0c1c5b0f9a11' as RequestId;
export const PROOF_ID = '7c1f6b0e-2a44-4d3b-9b52-1d0e5c7f8b12' as ProofId;

/** 32 bytes, and 64. */
export const KEY = 'A'.repeat(43);
export const SIGNATURE = 'B'.repeat(86);

export const INVENTORY: Inventory = {
  takenAt: 1_763_884_800_000,
  filesystems: [
    {
      mount: '/data',
      alsoMountedAt: [],
      kind: 'ext4',
      source: '/dev/sda',
      devices: ['sda'],
      sizeBytes: 31_526_391_808,
      usedBytes: 24_576,
      blockBytes: 4096,
      tooSmallBytes: null,
      inFstab: true,
      discardsOnline: false,
      obstacle: null,
    },
  ],
  layers: [
    {
      name: 'sda',
      kind: 'disk',
      label: null,
      below: [],
      sizeBytes: 32_212_254_720,
      readOnly: false,
      discard: { granularityBytes: 4096, maxBytes: 1_073_741_824, maxHwBytes: 1_073_741_824, alignmentBytes: 0 },
      mapperUuid: null,
      thinDiscards: null,
      mapperTable: null,
    },
  ],
  disks: [
    {
      name: 'sda',
      sizeBytes: 32_212_254_720,
      driver: 'sd',
      model: 'QEMU HARDDISK',
      serial: 'article',
      wwn: null,
      pciAddress: '0000:02:00.0',
      pciPath: ['02.1', '00.0'],
      scsiAddress: { host: 0, channel: 0, target: 0, lun: 0 },
      backingFile: null,
      backingMount: null,
      provisioningMode: 'unmap',
    },
  ],
  swaps: [],
  fstrimTimer: 'disabled',
  unreached: null,
  hasFstrim: true,
  facts: null,
};

export const REPORT: TrimReport = {
  id: TRIM_ID,
  trigger: 'requested',
  requestId: REQUEST_ID,
  granted: true,
  startedAt: 1_763_884_801_000,
  durationMs: 812,
  filesystems: [
    {
      mount: '/data',
      kind: 'ext4',
      disks: ['sda'],
      durationMs: 790,
      outcome: { status: 'done', trimmedBytes: 31_300_000_000 },
      again: false,
    },
  ],
  layers: [
    {
      name: 'sda',
      before: { discardedBytes: 0, writtenBytes: 1_300_000_000 },
      after: { discardedBytes: 31_300_000_000, writtenBytes: 1_300_004_096 },
    },
  ],
  limitsAfter: [
    {
      name: 'sda',
      discard: { granularityBytes: 4096, maxBytes: 1_073_741_824, maxHwBytes: 1_073_741_824, alignmentBytes: 0 },
      provisioningMode: 'unmap',
    },
  ],
};

export const FROM_GUEST: readonly FromGuest[] = [
  {
    type: 'hello',
    versions: { oldest: 1, newest: 4 },
    agentVersion: '0.2.0',
    guest: {
      hostname: 'fedora19',
      productUuid: '1f6ba0f1-9cbd-4d4b-8d5b-3d6c1a0f7b11',
      machineId: '0123456789abcdef0123456789abcdef',
      bootId: '6dbbd3ac-64ea-4a3b-8a1c-06c1d2d9b111',
    },
    key: KEY,
    nonce: KEY,
    pin: KEY,
    others: 1,
    starter: 'timer',
    nextVisitAt: 1_700_000_000_000,
  },
  { type: 'inventory', inventory: INVENTORY },
  { type: 'intent', trimId: TRIM_ID, trigger: 'requested', requestId: REQUEST_ID, mounts: ['/data'] },
  { type: 'started', trimId: TRIM_ID, startedAt: 1_763_884_801_000 },
  { type: 'progress', trimId: TRIM_ID, mount: '/data', index: 1, of: 1, elapsedMs: 500, issuedBytes: 4_294_967_296 },
  { type: 'report', report: REPORT },
  { type: 'proved', proofId: PROOF_ID },
  {
    type: 'credential',
    signature: SIGNATURE,
    join: { key: KEY, signature: SIGNATURE },
    renewed: null,
  },
  { type: 'learned', pins: [KEY] },
  { type: 'usage', filesystems: [{ mount: '/data', usedBytes: 4096, totalBytes: 8_589_934_592 }] },
  {
    type: 'problem',
    about: REQUEST_ID,
    problem: { code: 'busy', operation: 'trim', subject: '/data', cause: 'a trim is running', hint: 'Wait for it.' },
  },
];

export const FROM_HOST: readonly FromHost[] = [
  { type: 'challenge', nonce: KEY, key: KEY.repeat(2), signature: SIGNATURE, renew: false },
  { type: 'welcome', version: 4, collectorVersion: '0.2.0', guest: 'Fedora19' },
  { type: 'collector', pins: [KEY], addresses: ['192.0.2.1:7461', '[2001:db8::1]:7461', 'host.example:7461'] },
  { type: 'request', requestId: REQUEST_ID, mounts: null, cures: TRIM_ID },
  { type: 'look' },
  { type: 'rest' },
  { type: 'grant', trimId: TRIM_ID },
  { type: 'cancel', trimId: TRIM_ID, reason: 'cancelled from the host' },
  { type: 'acknowledged', trimId: TRIM_ID },
  { type: 'prove', proofId: PROOF_ID, disk: 'sda', units: [3, 17, 1, 64] },
  {
    type: 'problem',
    about: null,
    problem: { code: 'no-space', operation: 'store', subject: 'history', cause: 'the disk is full', hint: null },
  },
];
