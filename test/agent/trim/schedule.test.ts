import { expect, it } from 'vitest';
import { isRunOwed, parseScheduleMemory } from '../../../agent/src/trim/schedule.ts';

const memory = { expression: '0 3 * * 0', timeZone: 'UTC', nextDueAt: 1_000 };
const now = { expression: '0 3 * * 0', timeZone: 'UTC', nowMs: 1_000 };

it.each([
  ['the moment passed while the agent was away', { memory, ...now }, true],
  ['it is still to come', { memory, ...now, nowMs: 999 }, false],
  ['the first start', { memory: null, ...now }, false],
  ['another expression', { memory, ...now, expression: '0 4 * * 0' }, false],
  ['another time zone', { memory, ...now, timeZone: 'Europe/Vienna' }, false],
  ['a schedule that never comes again', { memory: { ...memory, nextDueAt: null }, ...now }, false],
])('%s', (_what, given, owed) => {
  expect(isRunOwed(given)).toBe(owed);
});

it.each([null, '', '{', '[]', '{"expression":"@weekly","timeZone":"UTC","nextDueAt":"soon"}'])(
  'a memory that reads %j is none',
  (text) => {
    expect(parseScheduleMemory(text)).toBeNull();
  },
);

it('remembers what was written', () => {
  expect(parseScheduleMemory(JSON.stringify(memory))).toEqual(memory);
});
