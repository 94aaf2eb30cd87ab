import { describe, expect, it } from 'vitest';
import { addUpExtents } from '../../../collector/src/image/extents.ts';
import { parseFileMap } from '../../../collector/src/image/file-map.ts';
import { chooseAddresses } from '../../../collector/src/image/held-parts.ts';

/** `filefrag -v -b1024` of e2fsprogs 1.47, on btrfs: of a compressed file, and of one with holes and a copy. */
const COMPRESSED = `Filesystem type is: 9123683e
File size of i.raw is 262144 (256 blocks of 1024 bytes)
 ext:     logical_offset:        physical_offset: length:   expected: flags:
   0:        0..     127:      13312..     13439:    128:             encoded
   1:      128..     255:      13316..     13443:    128:      13440: last,encoded,eof
i.raw: 2 extents found
`;
const PUNCHED = `Filesystem type is: 9123683e
File size of i.raw is 268435456 (262144 blocks of 1024 bytes)
 ext:     logical_offset:        physical_offset: length:   expected: flags:
   0:     8192..   16383:      90304..     98495:   8192:       8192: shared
   1:    24576..   32767:     106688..    114879:   8192:            
   2:    32768..   40959:     114880..    123071:   8192:             shared,unwritten
   3:    49152..   49155:     131264..    131267:      4:             last,shared,eof
i.raw: 3 extents found
`;
const KIB = 1024;

const mapOf = (text: string) => {
  const map = parseFileMap(text);
  if (map === null) throw new Error('no map');
  return map;
};

describe('the extents of a file', () => {
  it('that is compressed are counted before compression', () => {
    expect(addUpExtents(mapOf(COMPRESSED))).toEqual({
      sharedBytes: 0,
      unwrittenBytes: 0,
      encodedBytes: 256 * KIB,
      sharedAt: null,
    });
  });

  it('that are shared are added up, and the largest has an address', () => {
    expect(addUpExtents(mapOf(PUNCHED))).toEqual({
      sharedBytes: 16_388 * KIB,
      unwrittenBytes: 8192 * KIB,
      encodedBytes: 0,
      sharedAt: 90_304 * KIB,
    });
  });

  it('are none where the text has no table', () => {
    expect(parseFileMap('FIBMAP unsupported')).toBeNull();
  });
});

describe('the addresses beside an image', () => {
  it('are in none of its pieces: not between two that touch, nor in compressed ones, of which they say nothing', () => {
    expect(chooseAddresses(mapOf(PUNCHED))).toEqual([
      98_496 * KIB,
      90_304 * KIB - 1,
      106_688 * KIB - 1,
      123_072 * KIB,
      131_268 * KIB,
      131_264 * KIB - 1,
    ]);
    expect(chooseAddresses(mapOf(COMPRESSED))).toEqual([]);
  });

  it('are few, and spread over all of it', () => {
    const map = Array.from({ length: 1_000 }, (_, at) => ({ physical: (at + 1) * 4096 * KIB, length: KIB, flags: [] }));
    const chosen = chooseAddresses(map);
    expect(chosen).toHaveLength(12);
    expect(new Set(chosen).size).toBe(12);
    expect(Math.max(...chosen)).toBeGreaterThan(900 * 4096 * KIB);
  });
});
