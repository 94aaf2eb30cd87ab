import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAlertRun, HOUR } from './alert-run.ts';

const stretch = fc.record({
  minutes: fc.integer({ min: 1, max: 120 }),
  stands: fc.constantFrom('over', 'over', 'between', 'under', null),
  severity: fc.constantFrom('warning', 'critical'),
  level: fc.integer({ min: 90, max: 100 }),
  isSilenced: fc.constantFrom(false, false, true),
  isGone: fc.constantFrom(...Array.from({ length: 9 }, () => false), true),
  jumpHours: fc.constantFrom(0, 0, 0, -9000, -1, 1, 9000),
});

it('whatever happens, a start is told once, an end once and after it, and each notice has an id of its own', () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 25 }), fc.constantFrom(0, 5, 60), (stretches, endAfter) => {
      const timing = { startAfterMs: 5 * 60_000, endAfterMs: endAfter * 60_000 };
      const run = createAlertRun({ timing, reminderMs: 6 * HOUR });
      for (const { minutes, stands, severity, level, isSilenced, isGone, jumpHours } of stretches) {
        run.jump(jumpHours * HOUR);
        const reading = stands === null ? null : { stands, severity, badness: { level, step: 2 } };
        run.pass(minutes, reading, { isSilenced, isGone });
      }
      const { notices } = run;
      expect(new Set(notices.map(({ id }) => id)).size).toBe(notices.length);
      let open: string | null = null;
      for (const { event, alert } of notices) {
        if (event === 'start') expect(open).toBeNull();
        else expect(open).toBe(alert.id);
        open = event === 'end' ? null : alert.id;
      }
      // What fires and was told is what is open.
      const state = run.state();
      expect(open).toBe(state?.kind === 'firing' && state.isTold ? state.alert.id : null);
    }),
    { numRuns: 60 },
  );
});
