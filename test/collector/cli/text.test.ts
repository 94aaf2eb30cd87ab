import { formatJson, toPlainText } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import { formatLogLine } from '../../../collector/src/cli/log-line.ts';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { formatTable } from '../../../collector/src/cli/table.ts';
import { shorten, textWidth } from '../../../collector/src/cli/text-width.ts';
import { formatDuration } from '../../../collector/src/cli/views/format-time.ts';
import { HOSTILE } from '../api/hostile.ts';

it.each([
  ['web-1', 'web-1'],
  ['naïve 数据库 🐘', 'naïve 数据库 🐘'],
  ['\u001b[2J', '\u{fffd}[2J'],
  ['\u009b2J', '\u{fffd}2J'],
  ['a\nb\rc\td\u0000\u007f', 'a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}\u{fffd}'],
  ['\u202egnp.exe\u2066', '\u{fffd}gnp.exe\u{fffd}'],
  ['a\u2028b\ud800', 'a\u{fffd}b\u{fffd}'],
])('%j is shown as %j', (text, expected) => {
  expect(toPlainText(text)).toBe(expected);
});

it('JSON is the same document, and a terminal carries nothing of it out', () => {
  const value = { name: HOSTILE, tag: '\u{e0041}', list: [null, 1] };
  const text = formatJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

it.each([
  ['abc', 3],
  ['数据库', 6],
  ['e\u0301', 1],
  ['한글', 4],
  ['🐘', 2],
  ['…', 1],
  ['', 0],
])('%j is %i columns wide', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

it.each([
  ['/var/lib/images/web-1.qcow2', 15, 'middle', '/var/li…1.qcow2'],
  ['/var/lib/images/web-1.qcow2', 27, 'middle', '/var/lib/images/web-1.qcow2'],
  ['数据库数据库', 7, 'end', '数据库…'],
  ['数据库数据库', 6, 'end', '数据…'],
  ['abc', 1, 'middle', '…'],
  ['abc', 0, 'end', ''],
] as const)('%j in %i columns, shortened at its %s, is %j', (text, width, place, expected) => {
  expect(shorten(text, width, place)).toBe(expected);
  expect(textWidth(expected)).toBeLessThanOrEqual(width);
});

describe('a table', () => {
  const columns = [
    { heading: 'A', shrink: 'end' },
    { heading: 'B', shrink: 'middle' },
    { heading: 'SIZE', align: 'right' },
  ] as const;
  const rows = [
    ['short', '/a/very/long/path/to/something', '1 B'],
    ['数据库', '/b', '12 GiB'],
  ];

  it('is as wide as its cells where there is room', () => {
    expect(formatTable({ columns, rows, width: 80, paint: createPaint(false) })).toEqual([
      'A       B                                 SIZE',
      'short   /a/very/long/path/to/something     1 B',
      '数据库  /b                              12 GiB',
    ]);
  });

  it('takes from its widest column where there is not', () => {
    expect(formatTable({ columns, rows, width: 30, paint: createPaint(false) })).toEqual([
      'A       B                 SIZE',
      'short   /a/ver…mething     1 B',
      '数据库  /b              12 GiB',
    ]);
  });
});

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [3210, '3.2 s'],
  [59_949, '59.9 s'],
  [59_960, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_840_000, '1 h 4 min'],
])('%i ms are %s', (durationMs, expected) => {
  expect(formatDuration(durationMs)).toBe(expected);
});

it('what is not there is left out of a line of the log', () => {
  const json = JSON.stringify({ level: 30, time: 1, msg: 'collector ready', agents: null, api: '/run/c.sock' });
  expect(formatLogLine({ json, timeZone: 'UTC' })).toBe('00:00:00Z collector ready (api /run/c.sock)\n');
});

it('a line of the log on a terminal is short and plain', () => {
  const json = JSON.stringify({
    level: 40,
    time: 1,
    msg: 'session closed',
    guest: HOSTILE,
    code: 4400,
    err: { message: 'bad' },
  });
  expect(formatLogLine({ json, timeZone: 'Europe/Berlin' })).toMatch(
    /^01:00:00\+01 warning: session closed: bad \(guest evil\ufffd\[2J[^\p{Cc}]*, code 4400\)\n$/u,
  );
});
