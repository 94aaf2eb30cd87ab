import { expect, it } from 'vitest';
import { formatInstant, formatInstants } from '../../../collector/src/cli/views/format-time.ts';

it.each([
  ['2026-11-23T07:44:10.123Z', 'Europe/Berlin', '2026-11-23 08:44 +01:00'],
  ['2026-07-23T22:44:10Z', 'Europe/Berlin', '2026-07-24 00:44 +02:00'],
  ['2026-11-23T07:44:10Z', 'Asia/Kolkata', '2026-11-23 13:14 +05:30'],
  ['2026-11-23T03:04:10Z', 'America/New_York', '2026-11-22 22:04 -05:00'],
  ['2026-11-23T07:44:10Z', 'UTC', '2026-11-23 07:44 UTC'],
  ['2026-11-23T07:44:10Z', 'Europe/London', '2026-11-23 07:44 UTC'],
  ['yesterday', 'UTC', 'yesterday'],
  ['2026-99-23T07:44:10Z', 'UTC', '2026-99-23T07:44:10Z'],
])('%s in %s is %s', (iso, timeZone, expected) => {
  expect(formatInstant({ iso, timeZone })).toBe(expected);
});

it('instants of one column leave their offset to the heading, unless summer time lies between them', () => {
  const winter = ['2026-11-23T07:44:10Z', '2026-12-23T07:44:10Z'];
  expect(formatInstants(winter, 'Europe/Berlin')).toEqual({
    texts: ['2026-11-23 08:44', '2026-12-23 08:44'],
    offset: '+01:00',
  });
  expect(formatInstants([...winter, '2026-07-23T07:44:10Z'], 'Europe/Berlin')).toEqual({
    texts: ['2026-11-23 08:44+01', '2026-12-23 08:44+01', '2026-07-23 09:44+02'],
    offset: null,
  });
  expect(formatInstants([], 'UTC')).toEqual({ texts: [], offset: null });
});
