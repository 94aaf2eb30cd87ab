import { describe, expect, it } from 'vitest';
import { believeSent, findContradictions } from '../../../collector/src/correlate/contradictions.ts';
import type { Hops } from '../../../collector/src/model/trim-result.ts';

const GIB = 1024 ** 3;
const said = (hops: Partial<Hops>, filesystems = 1) => ({
  hops: {
    trimmedBytes: GIB,
    issuedBytes: GIB,
    receivedBytes: GIB,
    passedBytes: GIB,
    reclaimedBytes: 0,
    regainedBytes: null,
    ...hops,
  },
  capacityBytes: 4 * GIB,
  filesystems,
  isMapped: false,
  isUnmapped: true,
});

const CASES: readonly [string, Parameters<typeof said>, readonly string[], number | null][] = [
  ['an honest guest', [{}], [], GIB],
  ['an honest guest on virtio-blk, where QEMU counts nothing', [{ receivedBytes: null }], [], GIB],
  [
    'more discarded than the disk has',
    [{ issuedBytes: 9 * GIB, receivedBytes: null, passedBytes: 0 }],
    ['the guest says 9663676416 bytes, and its disk has 4294967296'],
    0,
  ],
  [
    'more trimmed than the disk has',
    [{ trimmedBytes: 9 * GIB }],
    ['the guest says 9663676416 bytes, and its disk has 4294967296'],
    GIB,
  ],
  [
    'two filesystems, each of which offers all it has',
    [{ issuedBytes: 6 * GIB, receivedBytes: 6 * GIB }, 2],
    [],
    6 * GIB,
  ],
  [
    'more discarded than QEMU received',
    [{ issuedBytes: 3 * GIB }],
    ['the guest says 3221225472 bytes, and QEMU received 1073741824'],
    GIB,
  ],
  [
    'nothing discarded, and yet it arrived',
    [{ issuedBytes: 0 }],
    ['the guest says 0 bytes, and 1073741824 arrived at the host'],
    GIB,
  ],
  [
    'nothing discarded, and yet it passed',
    [{ issuedBytes: 0, receivedBytes: null }],
    ['the guest says 0 bytes, and 1073741824 arrived at the host'],
    GIB,
  ],
  ['a kernel that counts no discards', [{ issuedBytes: null, receivedBytes: null }], [], GIB],
];

describe.each(CASES)('%s', (_, given, contradictions, sentBytes) => {
  it('is shown as what it is', () => {
    expect(findContradictions(said(...given)).map(({ value }) => value)).toEqual(contradictions);
  });

  it('and what the host counted is believed', () => {
    expect(believeSent(said(...given))).toBe(sentBytes);
  });
});

describe('what makes an honest guest look wrong', () => {
  const honest = said({ trimmedBytes: 9 * GIB, issuedBytes: GIB, receivedBytes: 0 });

  it('a filesystem on a thin volume may be larger than its disk', () => {
    const facts = findContradictions({ ...honest, isMapped: true, isUnmapped: false });
    expect(facts).toEqual([]);
  });

  it('what is written as zeroes QEMU does not count as discards', () => {
    expect(believeSent({ ...honest, isUnmapped: false })).toBe(GIB);
  });
});
