import { expect, it } from 'vitest';
import { sayReading } from '../../../agent/src/cli/say-reading.ts';
import { createTestClock } from '../../support/test-clock.ts';

it('a probe that takes long says so within a second, and takes the line back', () => {
  const clock = createTestClock();
  const written: string[] = [];
  const end = sayReading({ clock, write: (text) => written.push(text) });
  clock.advance(999);
  expect(written).toEqual(['reading this guest…']);
  end();
  expect(written.slice(1)).toEqual(['\r\u001b[2K']);
});

it('a quick one says nothing', () => {
  const clock = createTestClock();
  const written: string[] = [];
  sayReading({ clock, write: (text) => written.push(text) })();
  clock.advance(5_000);
  expect(written).toEqual([]);
});
