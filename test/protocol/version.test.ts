import { createHash } from 'node:crypto';
import {
  FEATURES,
  fromGuestSchema,
  fromHostSchema,
  negotiateVersion,
  OLDEST_VERSION,
  speaks,
  VERSION,
} from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';

/**
 * When this test is red, you have changed the wire. Agents that speak the old one live on in guests for years.
 *
 * If an older peer can do without (a field that it drops): capture frames of the version before, as
 * test/fixtures/wire/version-3 has them, raise VERSION in protocol/src/wire/version.ts, add a line to its history,
 * describe the change in PROTOCOL.md, and pin the new hash here. What must not be sent to an older peer (a new message)
 * becomes one of FEATURES as well. If it cannot: keep reading the old form where the two ends meet, and test both sides
 * of the cut-off first.
 */
const PINNED = { version: 4, hash: '1d4a6d9f89f2a003' };

it('the wire is the one that was pinned', () => {
  expect({ version: VERSION, hash: hashOf([fromGuestSchema, fromHostSchema]) }).toEqual(PINNED);
});

describe('negotiation', () => {
  it.each([
    [
      { oldest: 1, newest: 1 },
      { oldest: 1, newest: 1 },
      { kind: 'agreed', version: 1 },
    ],
    [
      { oldest: 1, newest: 3 },
      { oldest: 2, newest: 5 },
      { kind: 'agreed', version: 3 },
    ],
    [
      { oldest: 2, newest: 9 },
      { oldest: 1, newest: 4 },
      { kind: 'agreed', version: 4 },
    ],
    [
      { oldest: 1, newest: 1 },
      { oldest: 2, newest: 3 },
      { kind: 'too-old', tooOld: 'agent' },
    ],
    [
      { oldest: 4, newest: 5 },
      { oldest: 1, newest: 3 },
      { kind: 'too-old', tooOld: 'collector' },
    ],
  ] as const)('guest %o, host %o: %o', (guest, host, expected) => {
    expect(negotiateVersion({ guest, host })).toEqual(expected);
  });

  it('the oldest supported version is not above the newest', () => {
    expect(OLDEST_VERSION).toBeLessThanOrEqual(VERSION);
  });
});

describe('a feature', () => {
  it.each([
    [1, 'look', false],
    [2, 'look', true],
    [3, 'look', true],
    [1, 'cures', false],
    [2, 'cures', true],
    [2, 'usage', false],
    [3, 'usage', true],
    [3, 'keys', false],
    [4, 'keys', true],
  ] as const)('in version %i: %s %s', (version, feature, expected) => {
    expect(speaks(version, feature)).toBe(expected);
  });

  it('is of a version that this code speaks, and that another may not speak', () => {
    for (const version of Object.values(FEATURES)) {
      expect(version).toBeLessThanOrEqual(VERSION);
      expect(version).toBeGreaterThan(OLDEST_VERSION);
    }
  });
});

/** Everything of a schema that decides what is accepted: kinds, fields, bounds, patterns. */
function hashOf(schemas: unknown): string {
  const shape = JSON.stringify(schemas, (key, value) => {
    // A brand is for the compiler: it accepts and refuses nothing.
    if (key === 'pipe') return (value as { type: string }[]).filter(({ type }) => type !== 'brand');
    if (key.startsWith('~') || key === 'message' || key === 'expects' || key === 'async') return undefined;
    return value instanceof RegExp ? value.source : typeof value === 'function' ? undefined : value;
  });
  return createHash('sha256').update(shape).digest('hex').slice(0, 16);
}
