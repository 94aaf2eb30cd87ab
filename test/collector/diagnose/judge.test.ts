import { describe, expect, it } from 'vitest';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import type { DiscardNode } from '../../../collector/src/model/domain.ts';
import { trimmed as evidence, type Given, IGNORE, MIB, NOTHING_SENT, node } from './examples.ts';

const cases: readonly [string, Given, object][] = [
  [
    'the image fell',
    {},
    { verdict: 'reclaimed', sentence: expect.stringContaining('600 MiB back from /images/a.img') },
  ],
  [
    'the image fell though the guest wrote',
    { trim: { writtenBytes: 50 * MIB } },
    { verdict: 'reclaimed', sentence: expect.stringContaining('wrote 50.0 MiB meanwhile') },
  ],
  ['virtio-blk counts nothing received', { hops: { receivedBytes: null } }, { verdict: 'reclaimed' }],
  [
    'discard=ignore on both nodes',
    { nodes: IGNORE, hops: { passedBytes: 0, reclaimedBytes: 0 } },
    {
      verdict: 'lost',
      lostAt: 'passed',
      cause: 'host-ignores-discard',
      fix: expect.stringContaining('"discard":"unmap"'),
    },
  ],
  [
    'discard=ignore on the file node only',
    {
      nodes: [node('format', 'unmap'), node('file', 'ignore')],
      image: { format: 'qcow2' },
      hops: { passedBytes: 0, reclaimedBytes: 0 },
    },
    { verdict: 'lost', lostAt: 'passed', cause: 'file-node-ignores-discard' },
  ],
  [
    'discard=ignore, and QEMU could not be asked',
    { nodes: IGNORE, hops: { passedBytes: null, receivedBytes: null, reclaimedBytes: 0 } },
    { verdict: 'lost', lostAt: 'passed', cause: 'host-ignores-discard' },
  ],
  [
    'discard=ignore while the guest writes: what is proven stays proven',
    { nodes: IGNORE, trim: { writtenBytes: 80 * MIB }, hops: { passedBytes: 0, reclaimedBytes: -80 * MIB } },
    { verdict: 'lost', lostAt: 'passed' },
  ],
  [
    'discard=ignore, but the filesystem sent nothing: nothing is proven',
    { nodes: IGNORE, hops: NOTHING_SENT },
    { verdict: 'inconclusive', sentence: expect.stringMatching(/discard=ignore.*: mend that first/) },
  ],
  [
    'discard=unmap on a raw file, and none of it reached the file: its driver dropped it',
    { hops: { passedBytes: 0, reclaimedBytes: 0 } },
    { verdict: 'lost', lostAt: 'passed', cause: 'driver-drops-discard' },
  ],
  ...['luks', 'parallels', 'a-format-of-tomorrow'].map((format): (typeof cases)[number] => [
    `discard=unmap on ${format}, and none of it reached the file: the count proves that its driver dropped it`,
    { image: { format }, hops: { passedBytes: 0, reclaimedBytes: 0 } },
    { verdict: 'lost', lostAt: 'passed', cause: 'driver-drops-discard', sentence: expect.stringContaining(format) },
  ]),
  [
    'luks, and QEMU was not asked: no count, no proof',
    { image: { format: 'luks' }, hops: { passedBytes: null, reclaimedBytes: 0 } },
    { cause: null },
  ],
  [
    'luks, and the storage refused: that is another cause',
    { image: { format: 'luks' }, hops: { passedBytes: 0, reclaimedBytes: 0 }, trim: { failedDiscards: 1 } },
    { cause: 'backend-refuses-discard' },
  ],
  [
    'luks with discard=ignore: its node never asked the driver',
    { image: { format: 'luks' }, nodes: IGNORE, hops: { passedBytes: 0, reclaimedBytes: 0 } },
    { cause: 'host-ignores-discard' },
  ],
  [
    'clusters that belong to nobody are no small holes, whatever was sent again',
    {
      image: { format: 'qcow2', clusterBytes: 65_536 },
      tables: { kind: 'counted', countedBytes: 52 * MIB, mappedBytes: null },
      hops: { passedBytes: 0, reclaimedBytes: 0 },
      trim: {
        again: true,
        holdsMore: true,
        remaining: { leastBytes: 48 * MIB, estimateBytes: 48 * MIB, mostBytes: 49 * MIB },
      },
    },
    {
      verdict: 'held',
      cause: 'clusters-of-nobody',
      sentence: expect.stringMatching(/^48\.0 MiB of \/images\/a\.img belong to nobody/),
      needsPowerCycle: true,
    },
  ],
  [
    'tables that were not read to the end prove nothing, and the verdict says why',
    {
      image: { format: 'qcow2', clusterBytes: 65_536 },
      tables: { kind: 'not-counted', why: 'its tables were not read to the end in 2000 ms' },
      hops: { passedBytes: 0, reclaimedBytes: 0 },
      trim: {
        again: true,
        holdsMore: true,
        remaining: { leastBytes: 48 * MIB, estimateBytes: 48 * MIB, mostBytes: 49 * MIB },
      },
    },
    { verdict: 'inconclusive', cause: null, sentence: expect.stringContaining('its tables were not read to the end') },
  ],
  [
    'a snapshot is named also where the tables on disk lag behind QEMU’s and give it no cluster yet',
    {
      image: { format: 'qcow2', clusterBytes: 65_536, internalSnapshots: 1 },
      tables: { kind: 'counted', countedBytes: 100 * MIB, mappedBytes: 99 * MIB },
      hops: { passedBytes: 0, reclaimedBytes: 0 },
      trim: {
        again: true,
        holdsMore: true,
        remaining: { leastBytes: 48 * MIB, estimateBytes: 48 * MIB, mostBytes: 49 * MIB },
      },
    },
    { verdict: 'held', cause: 'internal-snapshot' },
  ],
  [
    'a snapshot that has clusters of its own holds them',
    {
      image: { format: 'qcow2', clusterBytes: 65_536, internalSnapshots: 1 },
      tables: { kind: 'counted', countedBytes: 100 * MIB, mappedBytes: 50 * MIB },
      hops: { passedBytes: 0, reclaimedBytes: 0 },
      trim: {
        again: true,
        holdsMore: true,
        remaining: { leastBytes: 48 * MIB, estimateBytes: 48 * MIB, mostBytes: 49 * MIB },
      },
    },
    { verdict: 'held', cause: 'internal-snapshot' },
  ],
  [
    'nobody knows the nodes of a raw file, and none of it reached the file',
    { nodes: [], hops: { passedBytes: 0, reclaimedBytes: 0 } },
    { verdict: 'lost', lostAt: 'passed', cause: 'dropped-in-qemu' },
  ],
  [
    'a second trim in a row on ext4',
    { hops: { trimmedBytes: 0, issuedBytes: 0, receivedBytes: 0, passedBytes: 0, reclaimedBytes: 0 } },
    { verdict: 'nothing-to-reclaim' },
  ],
  [
    'a raw file full of holes: they are punched again',
    { hops: { reclaimedBytes: 0 } },
    { verdict: 'nothing-to-reclaim' },
  ],
  [
    'a qcow2 without clusters there: nothing is passed, and nothing was there',
    { image: { format: 'qcow2' }, hops: { passedBytes: 0, reclaimedBytes: 0 } },
    { verdict: 'nothing-to-reclaim' },
  ],
  [
    'a loop device without slack, where nobody counts what is passed',
    {
      nodes: [],
      domain: { source: 'loop-devices' },
      hops: { passedBytes: null, receivedBytes: null, reclaimedBytes: 0 },
    },
    { verdict: 'nothing-to-reclaim' },
  ],
  [
    'qcow2 clusters held by a snapshot',
    {
      image: { format: 'qcow2', internalSnapshots: 1 },
      hops: { passedBytes: 600 * MIB, reclaimedBytes: -400 * 1024 },
    },
    { verdict: 'held', cause: 'internal-snapshot', sentence: expect.stringContaining('1 internal snapshot') },
  ],
  [
    'the guest wrote as much as could have come back',
    { trim: { writtenBytes: 700 * MIB }, hops: { reclaimedBytes: -100 * MIB } },
    { verdict: 'inconclusive', sentence: expect.stringContaining('between 0 B and 600 MiB came back') },
  ],
  [
    'no image',
    { image: null, unmatched: 'two disks of its size', hops: { reclaimedBytes: null, passedBytes: null } },
    { verdict: 'inconclusive', sentence: expect.stringContaining('two disks of its size') },
  ],
  [
    'the collector was away',
    { trim: { unbracketed: 'the collector was away when the trim began' }, hops: { reclaimedBytes: null } },
    { verdict: 'inconclusive', sentence: expect.stringContaining('was away') },
  ],
  [
    'a thick volume: what came back cannot be seen, and nothing is claimed',
    { image: { unmeasured: 'it is a thick volume' }, hops: { reclaimedBytes: null, regainedBytes: null } },
    {
      verdict: 'unmeasurable',
      sentence:
        '3.9 GiB of discards reached /images/a.img. What came back cannot be measured here: it is a thick volume.',
    },
  ],
  [
    'a thick volume behind discard=ignore: lost all the same, for that needs no reading of the storage',
    { image: { unmeasured: 'it is a thick volume' }, nodes: IGNORE, hops: { passedBytes: 0, reclaimedBytes: null } },
    { verdict: 'lost', lostAt: 'passed', cause: 'host-ignores-discard' },
  ],
  [
    'a thick volume while the collector was away',
    {
      image: { unmeasured: 'it is a thick volume' },
      trim: { unbracketed: 'the collector was away' },
      hops: { reclaimedBytes: null },
    },
    { verdict: 'inconclusive' },
  ],
  [
    'fstrim failed',
    { outcomes: [{ status: 'failed', message: 'Operation not permitted', hint: 'Run the agent as root.' }] },
    { verdict: 'failed', sentence: 'Nothing was trimmed: Operation not permitted.', fix: null },
  ],
  [
    'the disk has no discard',
    { outcomes: [{ status: 'unsupported', message: 'the discard operation is not supported', hint: null }] },
    { verdict: 'failed' },
  ],
  [
    'discard=ignore, and the guest’s kernel counts no discards',
    { nodes: IGNORE, hops: { issuedBytes: null, receivedBytes: null, passedBytes: 0, reclaimedBytes: 0 } },
    { verdict: 'lost', sentence: expect.stringContaining('the guest trimmed 3.9 GiB, and QEMU dropped all of it') },
  ],
  [
    'nobody knows what the host does with discards, and nothing fell: silence proves nothing',
    {
      nodes: [],
      domain: { source: 'static-list' },
      hops: { passedBytes: null, receivedBytes: null, reclaimedBytes: 0 },
    },
    { verdict: 'inconclusive' },
  ],
  [
    'a thin LV in the guest without passdown: trimmed, and nothing issued by the disk',
    { hops: { issuedBytes: 0, receivedBytes: 0, passedBytes: 0, reclaimedBytes: 0 } },
    { verdict: 'inconclusive', sentence: expect.stringContaining('none of it left the guest') },
  ],
  ['the image still moved, but by more than enough had fallen', { trim: { restless: true } }, { verdict: 'reclaimed' }],
  [
    'the image still moved',
    { trim: { restless: true }, hops: { reclaimedBytes: 0 } },
    { verdict: 'inconclusive', sentence: expect.stringContaining('did not hold still') },
  ],
  ['cancelled', { outcomes: [{ status: 'cancelled', message: 'cancelled from the host' }] }, { verdict: 'cancelled' }],
];

it.each(cases)('%s', (_, overrides, expected) => {
  expect(judge(evidence(overrides))).toMatchObject(expected);
});

describe('host-ignores-discard', () => {
  const lost = { hops: { passedBytes: 0, reclaimedBytes: 0 } };

  it('gives the values that prove it', () => {
    expect(judge(evidence({ ...lost, nodes: IGNORE })).evidence).toEqual([
      { fact: 'discard of node d-format', value: 'ignore' },
      { fact: 'discard of node d-file', value: 'ignore' },
      { fact: 'discard-bytes-ok of the file node, change', value: '0' },
      { fact: 'discard-nb-failed of the file node, change', value: '0' },
      { fact: 'fall of the image’s allocation, bytes', value: '0' },
    ]);
  });

  it('makes up no fall of an allocation that nobody could measure', () => {
    const facts = judge(
      evidence({ image: { unmeasured: 'x' }, hops: { passedBytes: 0, reclaimedBytes: null }, nodes: IGNORE }),
    ).evidence;
    expect(facts.map(({ fact }) => fact)).not.toContain('fall of the image’s allocation, bytes');
  });

  it('is mended in libvirt’s XML when libvirt made the nodes', () => {
    const nodes: DiscardNode[] = [{ node: 'libvirt-1-format', role: 'format', discard: 'ignore' }];
    expect(judge(evidence({ ...lost, nodes })).fix).toMatch(
      /^virt-xml fedora19 --edit path=\/images\/a.img --disk driver.discard=unmap$/m,
    );
  });

  it('quotes what a tenant chose, as the line is there to be copied', () => {
    const nodes: DiscardNode[] = [{ node: 'libvirt-1-format', role: 'format', discard: 'ignore' }];
    const fix = judge(evidence({ ...lost, nodes, guest: "x'; rm -rf ~; '" })).fix;
    expect(fix).toContain(`virt-xml 'x'\\''; rm -rf ~; '\\''' --edit`);
  });

  it('is mended on the -drive when that made the nodes', () => {
    const nodes: DiscardNode[] = [{ node: null, role: 'format', discard: 'ignore' }];
    expect(judge(evidence({ ...lost, nodes })).fix).toContain('-drive of this image: discard=unmap');
  });
});

it('below 1 MiB nothing is called reclaimed', () => {
  expect(judge(evidence({ hops: { reclaimedBytes: MIB - 1 } })).verdict).toBe('nothing-to-reclaim');
  expect(judge(evidence({ hops: { reclaimedBytes: MIB } })).verdict).toBe('reclaimed');
});
