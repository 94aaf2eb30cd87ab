import type { Outcome } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { stepTrim } from '../../../agent/src/trim/step-trim.ts';
import type { TrimEffect, TrimEvent, TrimWish } from '../../../agent/src/trim/trim-state.ts';
import {
  createSurroundings,
  createWisher,
  PATIENCE_MS,
  PLAN,
  PROBLEM,
  reportOf,
  requestIdOf,
  requestOf,
  SCHEDULED,
  STARTED,
  type TestWisher,
  trimIdOf,
} from './trim-samples.ts';

const TRIM = trimIdOf(1);

/** Lets events happen one after the other; the last state, all effects but log lines, and the lines. */
function play(events: readonly (TrimEvent & { readonly atMs?: number })[]) {
  const surroundings = createSurroundings();
  let state = STARTED;
  let effects: TrimEffect[] = [];
  const lines: string[] = [];
  for (const event of events) {
    const step = stepTrim(state, event, surroundings.at(event.atMs ?? 0));
    state = step.state;
    effects = step.effects.filter((effect) => effect.kind !== 'log');
    for (const effect of step.effects) if (effect.kind === 'log') lines.push(effect.line);
  }
  return { state, effects, lines };
}

function wished(wish: TrimWish = SCHEDULED, wisher: TestWisher = createWisher()): TrimEvent {
  return { kind: 'wished', wish, wisher, isReported: false };
}

const up: TrimEvent = { kind: 'link-up' };
const down: TrimEvent = { kind: 'link-down' };
const stop: TrimEvent = { kind: 'stop' };
const planned: TrimEvent = { kind: 'planned', trimId: TRIM, plan: PLAN };
const granted: TrimEvent = { kind: 'granted', trimId: TRIM };
const started: TrimEvent = { kind: 'started', trimId: TRIM, startedAt: 7 };
const finished = (wish: TrimWish = SCHEDULED): TrimEvent => ({
  kind: 'finished',
  trimId: TRIM,
  report: reportOf({ id: TRIM, wish, granted: true }),
});
const kept: TrimEvent = { kind: 'kept', trimId: TRIM };
const sent: TrimEvent = { kind: 'sent', trimId: TRIM };
const failed: TrimEvent = { kind: 'failed', trimId: TRIM, problem: PROBLEM };
const cancelled: TrimEvent = { kind: 'cancelled', trimId: TRIM, reason: 'not now' };

const WAITING = [up, wished(), planned];
const RUNNING = [...WAITING, granted, started];
const OVER = [...RUNNING, finished(), kept, sent];

describe('a trim', () => {
  it('goes from the wish to the report that was sent', () => {
    const wisher = createWisher();
    const own = [up, wished(SCHEDULED, wisher)];
    expect(play(own).effects).toMatchObject([{ kind: 'plan', trim: { id: TRIM }, curable: null }]);
    expect(play([...own, planned]).effects).toMatchObject([
      { kind: 'answer', wisher, answer: { kind: 'accepted' } },
      { kind: 'say', message: { type: 'intent', trimId: TRIM, trigger: 'scheduled', requestId: null, mounts: ['/'] } },
    ]);
    expect(play([...own, planned, granted]).effects).toMatchObject([
      { kind: 'disarm' },
      { kind: 'run', trim: { id: TRIM }, plan: PLAN, granted: true },
    ]);
    expect(play([...own, planned, granted, started]).effects).toMatchObject([
      { kind: 'begun', wisher },
      { kind: 'say', message: { type: 'started', trimId: TRIM, startedAt: 7 } },
    ]);
    expect(play([...own, planned, granted, started, finished()]).effects).toMatchObject([{ kind: 'keep', ran: true }]);
    expect(play([...own, planned, granted, started, finished(), kept]).effects).toEqual([
      { kind: 'send', trimId: TRIM },
    ]);
    expect(play(OVER).state).toEqual({
      kind: 'idle',
      link: { kind: 'up' },
      last: { endedMs: 0, curable: reportOf({ id: TRIM, wish: SCHEDULED, granted: true }) },
    });
  });

  it('says at each welcome where it stands: its intent while it waits, and while it runs that it has started', () => {
    const intent = { kind: 'say', message: { type: 'intent', trimId: TRIM } };
    expect(play([wished(), planned, up]).effects).toMatchObject([{ kind: 'disarm' }, intent]);
    expect(play([...WAITING, down, up]).effects).toMatchObject([{ kind: 'disarm' }, intent]);
    const begun = { kind: 'say', message: { type: 'started', trimId: TRIM, startedAt: 7 } };
    expect(play([...RUNNING, down, up]).effects).toMatchObject([begun]);
    expect(play([...RUNNING, finished(), down, up]).effects).toEqual([]);
  });

  it('says once a connection that it has started, whenever the journal is written', () => {
    expect(play([...WAITING, granted, down, up]).effects).toEqual([]);
    const messages = (events: readonly TrimEvent[]) => play(events).effects.filter(({ kind }) => kind === 'say');
    expect(messages([...WAITING, granted, down, up, started])).toHaveLength(1);
    expect(messages([...WAITING, granted, down, started])).toEqual([]);
    expect(messages([...WAITING, granted, down, started, up])).toHaveLength(1);
  });

  it('waits for the collector as long as patience lasts, the time before the wish counted', () => {
    const arm = (delayMs: number) => [{ kind: 'arm', trimId: TRIM, delayMs }];
    expect(
      play([
        { ...wished(), atMs: 25_000 },
        { ...planned, atMs: 25_000 },
      ]).effects.slice(1),
    ).toEqual(arm(5_000));
    expect(play([wished(), { ...planned, atMs: 90_000 }]).effects.slice(1)).toEqual(arm(0));
    expect(play([...WAITING, { ...down, atMs: 90_000 }]).effects).toEqual(arm(PATIENCE_MS));
    const alone = play([...WAITING, down, { kind: 'patience-over', trimId: TRIM }]);
    expect(alone.effects).toMatchObject([{ kind: 'disarm' }, { kind: 'run', granted: false }]);
    expect(alone.lines.at(-1)).toBe(`trim ${TRIM} goes without the collector: it is away`);
  });

  it('cancelled before it starts never does, and reports it', () => {
    const report = { id: TRIM, granted: false, filesystems: [{ mount: '/', outcome: { status: 'cancelled' } }] };
    const keep = [{ kind: 'disarm' }, { kind: 'keep', report, ran: false }];
    expect(play([...WAITING, cancelled]).effects).toMatchObject(keep);
    expect(play([up, wished(), cancelled, planned]).effects.slice(1)).toMatchObject(keep);
    expect(play([...WAITING, cancelled, kept]).effects.map(({ kind }) => kind)).toEqual(['begun', 'send']);
    expect(play([...WAITING, cancelled, kept, sent]).state).toMatchObject({ last: { curable: null } });
  });

  it('tells the log how it ended, each filesystem by its mount', () => {
    const ended = (...filesystems: readonly [string, Outcome][]) => {
      const report = reportOf({ id: TRIM, wish: SCHEDULED, granted: true });
      const results = filesystems.map(([mount, outcome]) => ({
        mount,
        kind: 'ext4',
        disks: ['sda'],
        durationMs: 1,
        outcome,
        again: false,
      }));
      return play([
        ...RUNNING,
        { kind: 'finished', trimId: TRIM, report: { ...report, durationMs: 3_240, filesystems: results } },
        kept,
      ]).lines.at(-1);
    };
    const done: Outcome = { status: 'done', trimmedBytes: 1_288_490_189 };
    expect(ended(['/', done])).toBe(`trim ${TRIM} (scheduled) ended after 3.2 s: / 1.2 GiB trimmed`);
    expect(ended(['/', done], ['/srv', { status: 'failed', message: 'not permitted', hint: null }])).toBe(
      `trim ${TRIM} (scheduled) ended after 3.2 s: / 1.2 GiB trimmed; /srv failed (not permitted)`,
    );
    expect(play([...WAITING, cancelled, kept]).lines.at(-1)).toMatch(/.*: \/ cancelled \(not now\)$/);
  });

  it('cancelled while it runs is made to end, and reports like any other', () => {
    expect(play([...RUNNING, cancelled]).effects).toEqual([{ kind: 'abort', reason: 'not now' }]);
    expect(play([...RUNNING, cancelled, finished()]).effects).toMatchObject([{ kind: 'keep', ran: true }]);
  });

  it.each([
    ['while it runs', RUNNING, failed],
    ['while its report is kept', [...RUNNING, finished()], failed],
    ['because its intent fits into no frame', WAITING, { kind: 'unsaid', trimId: TRIM, problem: PROBLEM } as const],
  ])('given up %s, says so to the collector', (_what, before, event) => {
    const { state, effects, lines } = play([...before, event]);
    expect(state).toMatchObject({ kind: 'idle', last: { curable: null } });
    expect(effects).toMatchObject([
      { kind: 'disarm' },
      { kind: 'say', message: { type: 'problem', about: TRIM, problem: PROBLEM } },
    ]);
    expect(lines.at(-1)).toBe(`trim ${TRIM} was given up: /var/lib/trimtab-agent: no space left`);
  });

  it('hears nothing that is about another', () => {
    for (const event of [granted, cancelled, started, finished(), kept, sent, failed])
      for (const before of [WAITING, RUNNING, OVER]) {
        const { state } = play(before);
        expect(play([...before, { ...event, trimId: trimIdOf(9) } as TrimEvent])).toMatchObject({ state, effects: [] });
      }
  });
});

describe('a wish', () => {
  const answerTo = (before: readonly TrimEvent[], event: TrimEvent & { readonly atMs?: number }) => {
    const [effect] = play([...before, event]).effects;
    if (effect?.kind === 'plan') return 'planned';
    if (effect?.kind !== 'answer') return null;
    return 'problem' in effect.answer ? effect.answer.problem.code : effect.answer.kind;
  };

  it('is refused while another is under way, for a while after it, and once the agent stops', () => {
    for (const before of [[up, wished()], WAITING, RUNNING, [...RUNNING, finished()], [...RUNNING, finished(), kept]])
      expect(answerTo(before, wished())).toBe('busy');
    expect(answerTo(OVER, { ...wished(), atMs: 9_999 })).toBe('too-soon');
    expect(answerTo(OVER, { ...wished(), atMs: 10_000 })).toBe('planned');
    expect(answerTo([stop], wished())).toBe('stopping');
  });

  it('for a cure waits for no pause, and is given the trim that may be cured', () => {
    const cure = requestOf(requestIdOf(1), TRIM);
    expect(play([...OVER, wished(cure)]).effects).toMatchObject([{ kind: 'plan', curable: { id: TRIM } }]);
    const cured = [...RUNNING.slice(0, 1), wished(cure), planned, granted, started, finished(cure), kept, sent];
    expect(play([...cured, wished(cure)]).effects).toMatchObject([{ kind: 'plan', curable: null }]);
  });

  it('that is refused leaves what was before: the pause, and what may be cured', () => {
    const { state } = play(OVER);
    const second = trimIdOf(2);
    for (const kind of ['refused', 'not-planned'] as const) {
      const asked = [...OVER, { ...wished(), atMs: 20_000 }];
      const answer = play([...asked, { kind, trimId: second, problem: PROBLEM }]);
      expect(answer.state).toEqual(state);
      expect(answer.effects).toMatchObject([
        { kind: 'answer', answer: { kind: kind === 'refused' ? 'refused' : 'failed', problem: PROBLEM } },
      ]);
    }
  });

  it('that comes again is not refused while its trim is under way, or its report waits', () => {
    const request = requestOf(requestIdOf(1));
    const way = [up, wished(request), planned, granted, started, finished(request), kept];
    for (let length = 2; length <= way.length; length++)
      expect(answerTo(way.slice(0, length), wished(request))).toBe('under-way');
    expect(answerTo([...way, sent], { ...wished(request), isReported: true } as TrimEvent)).toBe('under-way');
    expect(answerTo(way, wished(requestOf(requestIdOf(2))))).toBe('busy');
  });
});

describe('told to stop', () => {
  it('at rest, is stopped at once', () => {
    expect(play([stop])).toMatchObject({ state: { kind: 'stopped' }, effects: [{ kind: 'stopped' }] });
  });

  it('reports what did not start as called off, and leaves it owed', () => {
    for (const before of [
      [...WAITING, stop],
      [up, wished(), stop, planned],
    ]) {
      const effects = play([...before, kept]).effects;
      expect(effects).toEqual([{ kind: 'send', trimId: TRIM }]);
      expect(play([...before, kept, sent])).toMatchObject({
        state: { kind: 'stopped' },
        effects: [{ kind: 'stopped' }],
      });
    }
  });

  it('ends what runs, and is stopped when its report was sent or cannot be kept', () => {
    expect(play([...RUNNING, stop]).effects).toEqual([{ kind: 'abort', reason: 'the agent was stopped' }]);
    expect(play([...RUNNING, stop, finished(), kept, sent]).effects).toEqual([{ kind: 'stopped' }]);
    expect(play([...RUNNING, stop, finished(), failed]).effects.at(-1)).toEqual({ kind: 'stopped' });
  });
});
