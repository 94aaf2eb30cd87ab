import { expect, it } from 'vitest';
import { checkLimits } from '../../../agent/src/trim/limits.ts';

it.each([
  [{ running: null, sinceLastMs: null }, null],
  [{ running: null, sinceLastMs: 10_000 }, null],
  [{ running: null, sinceLastMs: 9_999 }, 'too-soon'],
  [{ running: 'trim', sinceLastMs: null }, 'busy'],
  [{ running: 'trim', sinceLastMs: 0 }, 'busy'],
] as const)('%j: %s', (given, code) => {
  expect(checkLimits({ ...given, minimumIntervalMs: 10_000, isCure: false })?.code ?? null).toBe(code);
});

it('lets a cure follow its trim at once, but not while another runs', () => {
  const given = { sinceLastMs: 0, minimumIntervalMs: 10_000, isCure: true };
  expect(checkLimits({ ...given, running: null })).toBeNull();
  expect(checkLimits({ ...given, running: 'trim' })?.code).toBe('busy');
});
