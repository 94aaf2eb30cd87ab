import { expect, it } from 'vitest';
import { sayLooking } from '../../../agent/src/cli/say-looking.ts';
import { createTestClock } from '../../support/test-clock.ts';

it('a probe that takes long says so within a second, and takes the line back', () => {
  const clock = createTestClock();
  const written: string[] = [];
  const end = sayLooking({ clock, write: (text) => written.push(text) });
  clock.advance(999);
  expect(written).toEqual(['looking at this guest…']);
  end();
  expect(written.slice(1)).toEqual(['\r\u001b[2K']);
});

it('a quick one says nothing', () => {
  const clock = createTestClock();
  const written: string[] = [];
  sayLooking({ clock, write: (text) => written.push(text) })();
  clock.advance(5_000);
  expect(written).toEqual([]);
});
