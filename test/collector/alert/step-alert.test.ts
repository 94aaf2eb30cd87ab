import { describe, expect, it } from 'vitest';
import { UNSEEN_MS } from '../../../collector/src/alert/step-alert.ts';
import type { AlertReading, AlertState } from '../../../collector/src/model/alert-state.ts';
import { createAlertRun, HOUR, MINUTE } from './alert-run.ts';

const OVER = { stands: 'over' } as const;
const BETWEEN = { stands: 'between' } as const;
const UNDER = { stands: 'under' } as const;
const QUIET = { isSilenced: true };

type Run = ReturnType<typeof createAlertRun>;

const DAY = 24 * 60;

const CASES: readonly { what: string; run: (run: Run) => void; told: readonly string[] }[] = [
  { what: 'nothing is told of what was never so', run: (run) => run.pass(60, UNDER), told: [] },
  {
    what: 'it starts once, after it was so for ten minutes, and ends once, after it was not for ten',
    run(run) {
      run.pass(60, OVER);
      run.pass(60, UNDER);
    },
    told: ['10 start', '70 end'],
  },
  {
    what: 'what is shorter than that is never told',
    run(run) {
      for (let at = 0; at < 20; at += 1) {
        run.pass(10, OVER);
        run.pass(1, UNDER);
      }
    },
    told: [],
  },
  {
    what: 'between the marks nothing starts',
    run(run) {
      run.pass(9, OVER);
      run.pass(1, BETWEEN);
      run.pass(9, OVER);
      run.pass(60, BETWEEN);
    },
    told: [],
  },
  {
    what: 'between the marks nothing ends',
    run(run) {
      run.pass(20, OVER);
      run.pass(120, BETWEEN);
      run.pass(9, UNDER);
      run.pass(1, BETWEEN);
      run.pass(9, UNDER);
    },
    told: ['10 start'],
  },
  {
    what: 'it is told again each day',
    run: (run) => run.pass(3 * DAY, OVER),
    told: ['10 start', `${10 + DAY} reminder`, `${10 + 2 * DAY} reminder`],
  },
  {
    what: 'under a silence it starts unseen, and is told of when that ends',
    run(run) {
      run.pass(30, OVER, QUIET);
      run.pass(30, OVER);
      run.pass(20, UNDER);
    },
    told: ['30 start', '70 end'],
  },
  {
    what: 'what starts and ends under a silence is never told',
    run(run) {
      run.pass(30, OVER, QUIET);
      run.pass(30, UNDER, QUIET);
      run.pass(30, UNDER);
    },
    told: [],
  },
  {
    what: 'its end is told to whoever was told of its start, also under a silence',
    run(run) {
      run.pass(30, OVER);
      run.pass(30, UNDER, QUIET);
    },
    told: ['10 start', '40 end'],
  },
  {
    what: 'a reminder that falls due under a silence comes when that ends',
    run(run) {
      run.pass(11, OVER);
      run.pass(DAY + 60, OVER, QUIET);
      run.pass(DAY - 10, OVER);
    },
    told: ['10 start', `${DAY + 71} reminder`],
  },
  {
    what: 'what becomes critical is told at once, and once, however it goes to and fro',
    run(run) {
      run.pass(20, OVER);
      for (let at = 0; at < 10; at += 1) {
        run.pass(5, { severity: 'critical' });
        run.pass(5, { severity: 'warning' });
      }
    },
    told: ['10 start', '20 reminder'],
  },
  {
    what: 'what nobody can tell neither starts nor ends',
    run(run) {
      run.pass(9, OVER);
      run.pass(60, null);
      run.pass(2, OVER);
      run.pass(60, null);
      run.pass(9, UNDER);
      run.pass(60, null);
    },
    told: ['70 start'],
  },
  {
    what: 'what nobody can tell for a day ends',
    run(run) {
      run.pass(20, OVER);
      run.pass(UNSEEN_MS / MINUTE + 1, null);
    },
    told: ['10 start', `${19 + DAY} end`],
  },
  {
    what: 'a guest that is forgotten has no alert any more',
    run(run) {
      run.pass(20, OVER);
      run.pass(1, null, { isGone: true });
      run.pass(60, null, { isGone: true });
    },
    told: ['10 start', '20 end'],
  },
];

describe('an alert', () => {
  it.each(CASES)('$what', ({ run: drive, told }) => {
    const run = createAlertRun();
    drive(run);
    expect(run.told).toEqual(told);
  });

  it('without reminders is told once', () => {
    const run = createAlertRun({ reminderMs: 0 });
    run.pass(3 * DAY, OVER);
    expect(run.told).toEqual(['10 start']);
  });

  it('without reminders what becomes critical under a silence is told when that ends, and once', () => {
    const run = createAlertRun({ reminderMs: 0 });
    run.pass(20, OVER);
    run.pass(10, { severity: 'critical' }, QUIET);
    run.pass(DAY, { severity: 'critical' });
    expect(run.told).toEqual(['10 start', '30 reminder']);
  });

  it('what becomes critical before its start is told is told with that alone', () => {
    const run = createAlertRun();
    run.pass(20, OVER, QUIET);
    run.pass(10, { severity: 'critical' }, QUIET);
    run.pass(60, { severity: 'critical' });
    expect(run.told).toEqual(['30 start']);
  });

  it('has one id from its start to its end, and another the next time', () => {
    const run = createAlertRun();
    run.pass(DAY + 60, OVER);
    run.pass(20, UNDER);
    run.pass(20, OVER);
    const notices = run.notices;
    expect(notices.map(({ id }) => id)).toEqual([
      'alert-1:start',
      'alert-1:reminder:1',
      'alert-1:end',
      'alert-2:start',
    ]);
    expect(notices.map(({ alert }) => alert.id)).toEqual(['alert-1', 'alert-1', 'alert-1', 'alert-2']);
  });

  it('tells what is so now, and at its end what was so last', () => {
    const run = createAlertRun();
    run.pass(20, { sentence: '96 %', values: { usedPercent: 96 } });
    run.pass(5, { sentence: '97 %', values: { usedPercent: 97 } });
    run.pass(20, { ...UNDER, sentence: '50 %', values: { usedPercent: 50 } });
    const [start, end] = run.notices;
    expect(start?.alert).toMatchObject({ sentence: '96 %', endedAt: null });
    expect(end?.alert).toMatchObject({ sentence: '97 %', values: { usedPercent: 97 }, endedAt: expect.any(Number) });
  });
});

describe('acknowledged', () => {
  const acknowledge = (run: Run) => {
    const state = run.state() as Extract<AlertState, { kind: 'firing' }>;
    const { severity } = state.alert;
    run.set({ ...state, acknowledged: { at: 0, by: null, comment: null, severity, level: state.badness.level } });
  };
  const WORSE: readonly [string, Partial<AlertReading>, readonly string[]][] = [
    ['it is not told again while it stays as it is', {}, []],
    ['nor while it is worse by no more than a step', { badness: { level: 97, step: 1 } }, []],
    ['it is told at once when it is worse by more', { badness: { level: 97.1, step: 1 } }, ['20 reminder']],
    ['and when it is critical', { severity: 'critical' }, ['20 reminder']],
  ];

  it.each(WORSE)('%s', (_, reading, told) => {
    const run = createAlertRun();
    run.pass(20, OVER);
    acknowledge(run);
    run.pass(told.length === 0 ? 3 * DAY : 30, reading);
    run.pass(20, UNDER);
    expect(run.told.filter((text) => !text.endsWith('end'))).toEqual(['10 start', ...told]);
    expect(run.told.filter((text) => text.endsWith('end'))).toHaveLength(1);
  });

  it('without reminders what is worse under a silence is told when that ends, and once', () => {
    const run = createAlertRun({ reminderMs: 0 });
    run.pass(20, OVER);
    acknowledge(run);
    run.pass(10, { badness: { level: 99, step: 1 } }, QUIET);
    run.pass(DAY, { badness: { level: 99, step: 1 } });
    expect(run.told).toEqual(['10 start', '30 reminder']);
  });

  it('it is reminded of again after it has become another matter', () => {
    const run = createAlertRun();
    run.pass(20, OVER);
    acknowledge(run);
    run.pass(1, { badness: { level: 99, step: 1 } });
    run.pass(DAY + 1, { badness: { level: 96, step: 1 } });
    expect(run.told).toEqual(['10 start', '20 reminder', `${20 + DAY} reminder`]);
  });
});

describe('a clock that is set', () => {
  const YEAR = 365 * DAY * MINUTE;
  it.each([-YEAR, -HOUR, HOUR, YEAR])('by %i ms neither loses nor repeats a notice', (byMs) => {
    const run = createAlertRun();
    run.pass(5, OVER);
    run.jump(byMs);
    run.pass(15, OVER);
    run.jump(byMs);
    run.pass(DAY, OVER);
    run.jump(-byMs);
    run.pass(5, UNDER);
    run.jump(byMs);
    run.pass(15, UNDER);
    expect(run.told).toEqual(['10 start', `${10 + DAY} reminder`, `${30 + DAY} end`]);
  });

  it('back does not have an alert end before it started', () => {
    const run = createAlertRun();
    run.pass(20, OVER);
    run.jump(-YEAR);
    run.pass(20, UNDER);
    const { startedAt = 0, endedAt = 0 } = run.ended[0] ?? {};
    expect(endedAt).toBe(startedAt);
    expect(startedAt).toBeGreaterThan(0);
  });
});

describe('what goes to and fro', () => {
  const flap = ({ minutes, every }: { minutes: number; every: number }) => {
    const run = createAlertRun();
    for (let at = 0; at < minutes; at += 2 * every) {
      run.pass(every, OVER);
      run.pass(every, UNDER);
    }
    return run.told;
  };

  it.each([11, 15, 30, 60])('each %i minutes makes few notices in a day, and one pair a day after it', (every) => {
    const ofFirst = flap({ minutes: DAY, every });
    expect(ofFirst.filter((text) => text.endsWith('start')).length).toBeLessThanOrEqual(7);
    const ofWeek = flap({ minutes: 4 * DAY, every });
    expect(ofWeek.length - ofFirst.length).toBeLessThanOrEqual(6);
  });

  it('is slower to end with each new start within a day, and not after a calm one', () => {
    const run = createAlertRun();
    run.pass(20, OVER);
    run.pass(11, UNDER);
    run.pass(20, OVER);
    run.pass(60, UNDER);
    run.pass(DAY, UNDER);
    run.pass(20, OVER);
    run.pass(11, UNDER);
    const again = 20 + 11 + 20 + 60 + DAY;
    // Twice a quarter of an hour the second time.
    expect(run.told).toEqual(['10 start', '30 end', '41 start', '81 end', `${again + 10} start`, `${again + 30} end`]);
  });
});
