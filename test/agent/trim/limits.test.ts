import { expect, it } from 'vitest';
import { checkInterval } from '../../../agent/src/trim/limits.ts';

it.each([
  ['no trim was before', { sinceLastMs: null, isCure: false }, null],
  ['the pause is over', { sinceLastMs: 10_000, isCure: false }, null],
  ['it is not', { sinceLastMs: 9_999, isCure: false }, 'too-soon'],
  ['a cure follows its trim at once', { sinceLastMs: 0, isCure: true }, null],
] as const)('%s', (_what, given, code) => {
  expect(checkInterval({ ...given, minimumIntervalMs: 10_000 })?.code ?? null).toBe(code);
});
