import * as fc from 'fast-check';

/** Tags of MessagePack that promise much, or are not used on this wire (its specification, "Formats"). */
const TAGS = [
  0x90, 0x80, 0xa0, 0xc1, 0xc4, 0xc6, 0xc7, 0xc9, 0xca, 0xcf, 0xd3, 0xd4, 0xd8, 0xd9, 0xdb, 0xdc, 0xdd, 0xde, 0xdf,
];

/** Frames of random bytes, and frames that are nearly right: a real one with some bytes changed, cut out or put in. */
export function hostileFrames(real: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat(),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(...TAGS)),
    kind: fc.constantFrom('set', 'cut', 'insert'),
  });
  const mutated = fc
    .record({ frame: fc.constantFrom(...real), changes: fc.array(change, { minLength: 1, maxLength: 6 }) })
    .map(({ frame, changes }) => {
      const bytes = [...frame];
      for (const { at, byte, kind } of changes)
        bytes.splice(at % (bytes.length + 1), kind === 'insert' ? 0 : 1, ...(kind === 'cut' ? [] : [byte]));
      return Uint8Array.from(bytes);
    });
  const cut = fc
    .record({ frame: fc.constantFrom(...real), at: fc.nat() })
    .map(({ frame, at }) => frame.subarray(0, at % frame.length));
  return fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated, cut);
}
