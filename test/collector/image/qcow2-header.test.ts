import { Fault } from '@trimtab/protocol/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isQcow2,
  namesExternalData,
  parseQcow2Header,
  qcow2HeaderBytes,
} from '../../../collector/src/image/qcow2-header.ts';
import { makeQcow2, type Qcow2Fields } from './qcow2-bytes.ts';

const LENGTH = 256 * 1024;
const parse = (fields: Qcow2Fields, lengthBytes: number | null = LENGTH) =>
  parseQcow2Header({ path: '/images/a.qcow2', header: makeQcow2(fields), lengthBytes });

it('reads what an honest header says', () => {
  expect(parse({ snapshots: 2, snapshotsOffset: 0x20000n, backing: { name: 'base.qcow2', format: 'qcow2' } })).toEqual({
    capacityBytes: 2 ** 30,
    clusterBytes: 65_536,
    compat: '1.1',
    internalSnapshots: 2,
    extendedL2: false,
    hasExternalData: false,
    externalData: null,
    backing: { name: 'base.qcow2', format: 'qcow2' },
  });
  expect(parse({ version: 2, backing: { name: '/b' } })).toMatchObject({
    compat: '0.10',
    backing: { name: '/b', format: null },
  });
  expect(parse({ features: 16n, l1Entries: 4 })).toMatchObject({ extendedL2: true });
  expect(parse({ features: 4n })).toMatchObject({ hasExternalData: true });
});

const lies: readonly [string, Qcow2Fields, string][] = [
  ['a version that is none', { version: 7 }, 'version 7'],
  ['clusters of one byte', { clusterBits: 0 }, '2^0'],
  ['clusters beyond all memory', { clusterBits: 4_000_000_000 }, '2^4000000000'],
  ['a size that no number holds', { size: 2n ** 64n - 1n }, 'a size of 18446744073709551615'],
  ['a size that its own table cannot map', { size: 2n ** 50n }, 'entries in the L1 table'],
  ['a table that is larger than QEMU allows', { l1Entries: 2 ** 32 - 1 }, '4294967295 entries'],
  ['a table outside of the file', { l1Offset: 2n ** 62n }, 'outside of the image'],
  ['a table within a cluster', { l1Offset: 0x30001n }, 'outside of the image'],
  ['more snapshots than QEMU allows', { snapshots: 2 ** 32 - 1 }, '4294967295 snapshots'],
  ['snapshots that the file has no room for', { snapshots: 60_000, snapshotsOffset: 0x30000n }, 'outside of the image'],
  ['snapshots behind its end', { snapshots: 1, snapshotsOffset: 2n ** 40n }, 'outside of the image'],
  ['features nobody knows', { features: 2n ** 40n }, '0x10000000000'],
  ['a header longer than a cluster', { headerLength: 2 ** 31 }, 'a header of 2147483648'],
  ['a header without its own fields', { headerLength: 8 }, 'a header of 8'],
  ['a name of a gigabyte', { backing: { name: 'x', length: 2 ** 30 } }, 'name of 1073741824 bytes'],
  ['a name behind the first cluster', { backing: { name: 'x', offset: 2n ** 60n } }, 'name of 1 bytes'],
  ['a name within the header', { backing: { name: 'x', offset: 4n } }, 'name of 1 bytes at 4'],
];

it.each(lies)('refuses %s, and says what', (_, fields, words) => {
  const error = getFault(() => parse(fields));
  expect(error.detail).toMatchObject({ code: 'unsafe-image', subject: '/images/a.qcow2' });
  expect(error.detail.cause).toContain(words);
});

it('refuses an extension that runs into the name of the backing file', () => {
  const header = makeQcow2({ backing: { name: 'b', format: 'qcow2' } });
  new DataView(header.buffer).setUint32(116, 2 ** 31);
  const error = getFault(() => parseQcow2Header({ path: '/a', header, lengthBytes: LENGTH }));
  expect(error.detail.cause).toContain('longer than the room');
});

it('asks for no more than a cluster of bytes, whatever the header says', () => {
  expect(qcow2HeaderBytes(makeQcow2())).toBe(4096);
  expect(qcow2HeaderBytes(makeQcow2({ backing: { name: 'x', offset: 60_000n } }))).toBe(60_001);
  expect(qcow2HeaderBytes(makeQcow2({ backing: { name: 'x', offset: 2n ** 60n } }))).toBe(65_536);
  expect(qcow2HeaderBytes(makeQcow2({ clusterBits: 200, backing: { name: 'x', offset: 2n ** 60n } }))).toBe(2 ** 21);
});

describe('fuzzed', () => {
  const bytes = fc.tuple(fc.uint8Array({ minLength: 0, maxLength: 4096 }), fc.boolean()).map(([noise, isMarked]) => {
    const header = new Uint8Array(noise);
    if (isMarked && header.length >= 8) header.set([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]);
    return header;
  });

  it('any bytes are either understood within bounds or refused by a Fault', () => {
    fc.assert(
      fc.property(bytes, fc.option(fc.nat()), (header, lengthBytes) => {
        if (!isQcow2(header)) return;
        namesExternalData(header);
        expect(qcow2HeaderBytes(header)).toBeLessThanOrEqual(2 ** 21);
        readOrRefuse(header, lengthBytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it('an honest header with any of its bytes changed is either understood or refused', () => {
    const honest = makeQcow2({
      snapshots: 1,
      snapshotsOffset: 0x20000n,
      backing: { name: 'b.qcow2', format: 'qcow2' },
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(543), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
        const header = honest.slice();
        for (const [at, value] of changes) header[at] = value;
        if (isQcow2(header)) readOrRefuse(header, LENGTH);
      }),
      { numRuns: 5_000 },
    );
  });
});

function readOrRefuse(header: Uint8Array, lengthBytes: number | null): void {
  try {
    const { capacityBytes, internalSnapshots, backing } = parseQcow2Header({ path: '/a', header, lengthBytes });
    expect(Number.isSafeInteger(capacityBytes)).toBe(true);
    expect(internalSnapshots).toBeLessThanOrEqual(65_536);
    expect(backing?.name.length ?? 0).toBeLessThanOrEqual(1023);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

function getFault(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
