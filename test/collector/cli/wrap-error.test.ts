import { expect, it } from 'vitest';
import { wrapError } from '../../../collector/src/cli/wrap-error.ts';

const TEXT =
  'trimtab: cannot ask the collector: /run/x.sock: no collector runs\n  Start one with trimtab serve, as root.';

it('on a terminal an error hangs below its first word', () => {
  expect(wrapError(TEXT, { isTerminal: true, columns: 40 })).toBe(`trimtab: cannot ask the collector:
  /run/x.sock: no collector runs
  Start one with trimtab serve, as root.`);
  expect(wrapError(TEXT, { isTerminal: true, columns: 30 })).toContain(
    '\n  Start one with trimtab\n    serve, as root.',
  );
});

it('in a pipe each of its lines stays one', () => {
  expect(wrapError(TEXT, { isTerminal: false, columns: 40 })).toBe(TEXT);
});
