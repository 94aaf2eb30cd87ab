import { Fault } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import { parseSeries } from '../../../collector/src/forecast/parse-series.ts';

const parse = (text: string) => parseSeries({ text, name: 'used.csv' });

it.each([
  ['day,level\n2026-03-01,10\n2026-03-02,20\n'],
  ['2026-03-01,10\n2026-03-02,20'],
  ['DAY , LEVEL\r\n\r\n 2026-03-01 ,\t10 \r\n2026-03-02,2e1\r\n\r\n'],
  ['2026-03-01,10.0\n   \n2026-03-02,20.00'],
])('reads %j', (text) => {
  expect(parse(text)).toEqual([
    { day: '2026-03-01', level: 10 },
    { day: '2026-03-02', level: 20 },
  ]);
});

it('reads days in any order, and what a counter of 64 bits can say', () => {
  expect(parse('2026-03-02,18446744073709551616\n2026-03-01,-198\n0001-01-01,0')).toEqual([
    { day: '2026-03-02', level: 2 ** 64 },
    // A count of changes can fall below what it began with.
    { day: '2026-03-01', level: -198 },
    { day: '0001-01-01', level: 0 },
  ]);
});

describe('refuses, with the line and what to do', () => {
  it.each([
    ['', 'used.csv', 'there is no row in it'],
    ['day,level\n', 'used.csv', 'there is no row in it'],
    ['2026-03-01,10\n2026-02-29,20', 'used.csv, line 2', '"2026-02-29" is no day'],
    ['2026-3-1,10', 'used.csv, line 1', '"2026-3-1" is no day'],
    ['day,level\n\n20260301,10', 'used.csv, line 3', '"20260301" is no day'],
    ['2026-03-01,10\nday,level', 'used.csv, line 2', '"day" is no day'],
    ['2026-03-01,10\n2026-03-02,20\n2026-03-01,30', 'used.csv, line 3', '2026-03-01 stands in line 1 already'],
    ['2026-03-01,--1', 'used.csv, line 1', '"--1" is no level'],
    ['2026-03-01,36893488147419103232', 'used.csv, line 1', 'is no level: a number, at most 2^64'],
    ['2026-03-01,', 'used.csv, line 1', '"" is no level'],
    ['2026-03-01,NaN', 'used.csv, line 1', '"NaN" is no level'],
    ['2026-03-01,Infinity', 'used.csv, line 1', '"Infinity" is no level'],
    ['2026-03-01,1e999', 'used.csv, line 1', '"1e999" is no level'],
    ['2026-03-01,0x10', 'used.csv, line 1', '"0x10" is no level'],
    ['2026-03-01,1,5', 'used.csv, line 1', 'is no row of day,level'],
    ['2026-03-01;10', 'used.csv, line 1', 'is no row of day,level'],
    ['\u0000\u0001\u0002', 'used.csv, line 1', 'is no row of day,level'],
    [`2026-03-01,${'9'.repeat(100_000)}`, 'used.csv, line 1', '9…" is no level'],
  ])('%j', (text, subject, cause) => {
    const refused = (() => {
      try {
        return parse(text);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(Fault);
    const { detail } = refused as Fault;
    expect(detail).toMatchObject({ code: 'bad-series', subject, cause: expect.stringContaining(cause) });
    expect(detail.hint).not.toBeNull();
    expect(detail.cause.length).toBeLessThan(120);
  });
});
