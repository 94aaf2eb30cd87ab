import { expect, it } from 'vitest';
import { findRefusal } from '../../../agent/src/probe/discard-limits.ts';

const MIB = 1024 ** 2;
const limits = { granularityBytes: 65_536, maxBytes: 16 * MIB, maxHwBytes: 16 * MIB, alignmentBytes: 0 };

it.each([
  ['takes discards', {}, null],
  ['a thin volume of Linux 6.1 takes discards, and says 0 of its hardware', { maxHwBytes: 0 }, null],
  ['has no granularity', { granularityBytes: 0 }, 'discard_granularity'],
  ['was told to send none', { maxBytes: 0 }, 'discard_max_bytes'],
  ['never could', { maxBytes: 0, maxHwBytes: 0 }, 'discard_max_hw_bytes'],
  ['could not be read but for its hardware', { maxBytes: null, maxHwBytes: 0 }, 'discard_max_hw_bytes'],
  ['could not be read', { granularityBytes: null, maxBytes: null, maxHwBytes: null }, null],
])('%s', (_, given, refusal) => {
  expect(findRefusal({ discard: { ...limits, ...given } })).toBe(refusal);
});
