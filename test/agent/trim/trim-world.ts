import type { RequestId, TrimId, TrimReport } from '@trimtab/protocol';
import { expect } from 'vitest';
import { stepTrim } from '../../../agent/src/trim/step-trim.ts';
import {
  type EffectOf,
  isUnderWay,
  type TrimEffect,
  type TrimEvent,
  type TrimState,
  type TrimWish,
} from '../../../agent/src/trim/trim-state.ts';
import { ABOUT, FITTING } from './trim-events.ts';
import {
  createSurroundings,
  createWisher,
  INTERVAL_MS,
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

type Task = EffectOf<'plan' | 'run' | 'keep' | 'send'>;

/** What became of a trim that was accepted. */
interface Fate {
  readonly wish: TrimWish;
  runs: number;
  /** Reports that were kept, and problems that were said in place of one. */
  told: number;
}

/**
 * The world around the trim machine: does what it is asked to in its own time or not at all, and checks every effect as
 * it comes.
 */
export class TrimWorld {
  state: TrimState = STARTED;
  readonly reached = new Set<TrimState['kind']>();
  private readonly random: () => number;
  private nowMs = 0;
  private readonly surroundings = createSurroundings();
  private readonly wishers: TestWisher[] = [];
  private readonly fates = new Map<TrimId, Fate>();
  private readonly outbox = new Set<RequestId>();
  /** What the machine asked for and has not heard of yet. */
  private task: Task | null = null;
  private isStarted = false;
  private isArmed = false;
  private lastEndedMs: number | null = null;
  private curable: TrimReport | null = null;
  private report: TrimReport | null = null;
  private requests = 0;
  private stops = 0;

  constructor(random: () => number) {
    this.random = random;
  }

  happen(event: TrimEvent): void {
    this.nowMs += Math.floor(this.random() * 9_000);
    if (event.kind === 'patience-over') this.isArmed = false;
    const before = this.state;
    const step = stepTrim(before, event, this.surroundings.at(this.nowMs));
    this.state = step.state;
    this.reached.add(step.state.kind);
    for (const effect of step.effects) this.check({ effect, event, before });
    if (isUnderWay(before) && before.kind !== 'planning' && !isUnderWay(step.state)) this.noteEnd(before.trim.id);

    const { state } = this;
    expect(this.isArmed).toBe(state.kind === 'waiting-for-grant' && state.link.kind === 'down');
    const saidIntent = step.effects.some((effect) => effect.kind === 'say' && effect.message.type === 'intent');
    const isNews = event.kind === 'link-up' || before.kind === 'planning';
    expect(saidIntent).toBe(isNews && state.kind === 'waiting-for-grant' && state.link.kind === 'up');
  }

  wish(wish: TrimWish): void {
    const wisher = createWisher();
    this.wishers.push(wisher);
    const isReported = wish.requestId !== null && this.outbox.has(wish.requestId);
    this.happen({ kind: 'wished', wish, wisher, isReported });
    const isItsOwn = isUnderWay(this.state) && this.state.trim.wisher === wisher;
    expect(wisher.answers.length).toBe(isItsOwn ? 0 : 1);
  }

  /** Something happens: mostly what the machine waits for, sometimes what it does not. */
  live(): void {
    const trimId = isUnderWay(this.state) && this.random() < 0.8 ? this.state.trim.id : trimIdOf(1);
    this.pick([
      () => this.goOn(),
      () => this.goOn(),
      () => this.goOn(),
      () => this.wish(this.drawWish()),
      () => this.happen({ kind: 'link-up' }),
      () => this.happen({ kind: 'link-down' }),
      () => this.happen({ kind: 'granted', trimId }),
      () => this.pick([() => this.happen({ kind: 'cancelled', trimId, reason: 'not now' }), () => this.goOn()])(),
      () => this.outbox.clear(),
      () => this.disturb(),
    ])();
  }

  /** The world does what it is asked to, until nothing is under way. */
  comeToRest(): void {
    for (let steps = 0; steps < 10 && isUnderWay(this.state); steps++) {
      const { trim } = this.state;
      if (this.task === null) this.happen({ kind: 'granted', trimId: trim.id });
      else this.happen(this.succeed(this.task));
    }
  }

  expectAllTold(): void {
    expect(this.wishers.filter(({ answers }) => answers.length !== 1)).toEqual([]);
    expect(this.wishers.filter(({ begunTimes }) => begunTimes > 1)).toEqual([]);
    expect([...this.fates.values()].filter(({ told, runs }) => told !== 1 || runs > 1)).toEqual([]);
    expect({ task: this.task, isArmed: this.isArmed }).toEqual({ task: null, isArmed: false });
    expect(this.stops).toBe(this.state.kind === 'stopped' ? 1 : 0);
  }

  private goOn(): void {
    const { state, task } = this;
    if (task !== null) this.happen(this.random() < 0.85 ? this.succeed(task) : this.fail(task));
    else if (this.isArmed && isUnderWay(state)) this.happen({ kind: 'patience-over', trimId: state.trim.id });
    else if (state.kind === 'waiting-for-grant')
      this.happen(
        this.pick<TrimEvent>([
          { kind: 'granted', trimId: state.trim.id },
          { kind: 'granted', trimId: state.trim.id },
          { kind: 'granted', trimId: state.trim.id },
          { kind: 'unsaid', trimId: state.trim.id, problem: PROBLEM },
        ]),
      );
    else this.wish(this.drawWish());
  }

  private succeed(task: Task): TrimEvent {
    if (task.kind === 'run' && !this.isStarted) {
      this.isStarted = true;
      return { kind: 'started', trimId: task.trim.id, startedAt: this.nowMs };
    }
    this.task = null;
    switch (task.kind) {
      case 'plan':
        return { kind: 'planned', trimId: task.trim.id, plan: PLAN };
      case 'run':
        return { kind: 'finished', trimId: task.trim.id, report: reportOf({ ...task.trim, granted: task.granted }) };
      case 'keep':
        return this.noteKept(task);
      case 'send':
        return { kind: 'sent', trimId: task.trimId };
    }
  }

  private fail(task: Task): TrimEvent {
    this.task = null;
    switch (task.kind) {
      case 'plan':
        return { kind: this.pick(['refused', 'not-planned']), trimId: task.trim.id, problem: PROBLEM };
      case 'run':
        return { kind: 'failed', trimId: task.trim.id, problem: PROBLEM };
      case 'keep':
        return { kind: 'failed', trimId: task.report.id, problem: PROBLEM };
      case 'send':
        return { kind: 'sent', trimId: task.trimId };
    }
  }

  private noteKept({ report, ran }: EffectOf<'keep'>): TrimEvent {
    const fate = this.fateOf(report.id);
    fate.told += 1;
    expect(fate.runs).toBe(ran ? 1 : 0);
    if (report.requestId !== null) this.outbox.add(report.requestId);
    this.report = ran && fate.wish.cures === null ? report : null;
    return { kind: 'kept', trimId: report.id };
  }

  private noteEnd(trimId: TrimId): void {
    expect(this.fateOf(trimId).told).toBe(1);
    this.lastEndedMs = this.nowMs;
    this.curable = this.report?.id === trimId ? this.report : null;
  }

  private check({ effect, event, before }: { effect: TrimEffect; event: TrimEvent; before: TrimState }): void {
    switch (effect.kind) {
      case 'answer':
        effect.wisher.answer(effect.answer);
        if (effect.answer.kind === 'accepted' && before.kind === 'planning')
          this.fates.set(before.trim.id, { wish: before.trim.wish, runs: 0, told: 0 });
        if (effect.answer.kind === 'under-way' && event.kind === 'wished')
          expect(event.isReported || this.isOfTrimUnderWay(event.wish)).toBe(true);
        return;
      case 'begun':
        effect.wisher.begun();
        return;
      case 'plan':
        this.begin(effect);
        expect(effect.curable).toBe(this.curable);
        if (effect.trim.wish.cures === null && this.lastEndedMs !== null)
          expect(this.nowMs - this.lastEndedMs).toBeGreaterThanOrEqual(INTERVAL_MS);
        return;
      case 'run':
        this.begin(effect);
        this.isStarted = false;
        this.fateOf(effect.trim.id).runs += 1;
        expect(event.kind).toBe(effect.granted ? 'granted' : 'patience-over');
        return;
      case 'abort':
        expect(this.task?.kind).toBe('run');
        return;
      case 'keep':
      case 'send':
        this.begin(effect);
        return;
      case 'say':
        if (effect.message.type === 'problem') this.fateOf(effect.trimId).told += 1;
        return;
      case 'arm':
        this.isArmed = true;
        expect(effect.delayMs).toBeGreaterThanOrEqual(0);
        expect(effect.delayMs).toBeLessThanOrEqual(PATIENCE_MS);
        return;
      case 'disarm':
        this.isArmed = false;
        return;
      case 'stopped':
        this.stops += 1;
        return;
    }
  }

  private begin(task: Task): void {
    expect(this.task).toBeNull();
    this.task = task;
  }

  private isOfTrimUnderWay({ requestId }: TrimWish): boolean {
    return isUnderWay(this.state) && requestId !== null && this.state.trim.wish.requestId === requestId;
  }

  private fateOf(trimId: TrimId): Fate {
    const fate = this.fates.get(trimId);
    if (fate === undefined) throw new Error(`trim ${trimId} was never accepted`);
    return fate;
  }

  /** Of the schedule, of a new request, of one that came before, or for the cure of the last trim. */
  private drawWish(): TrimWish {
    const drawn = this.random();
    if (drawn < 0.25) return SCHEDULED;
    if (drawn < 0.5 && this.requests > 0) return requestOf(requestIdOf(this.requests));
    this.requests += 1;
    return requestOf(requestIdOf(this.requests), drawn < 0.7 ? (this.curable?.id ?? null) : null);
  }

  /** What does not belong to this state, or is of a trim that never was: nothing comes of it. */
  private disturb(): void {
    const { state } = this;
    const isOfThis = isUnderWay(state) && this.random() < 0.8;
    const trimId = isOfThis ? state.trim.id : trimIdOf(999_999);
    const strangers = ABOUT.filter(({ kind }) => !isOfThis || !FITTING[state.kind].includes(kind));
    const event = { ...this.pick(strangers), trimId };
    expect(stepTrim(state, event, this.surroundings.at(this.nowMs))).toEqual({ state, effects: [] });
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.random() * items.length)] as Item;
  }
}
