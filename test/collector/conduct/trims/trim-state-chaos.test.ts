import { expect, it } from 'vitest';
import type {
  TrimEffect,
  TrimInput,
  TrimState,
  TrimTimer,
} from '../../../../collector/src/conduct/trims/trim-model.ts';
import { advanceTrim } from '../../../../collector/src/conduct/trims/trim-state.ts';
import { openTrim } from '../../../contract/store.ts';
import { createRandom } from '../../../support/random.ts';
import { nameSeeds, seedsFor, underSeed } from '../../../support/seeds.ts';
import { aGuest, BUSY, pathIn, reportOf, requestIdOf, resultOf, trimIdOf } from './trim-examples.ts';

const seeds = seedsFor({ suite: 200 });
const EVENTS = 60;

const TRIM = trimIdOf(1);
const OTHER = trimIdOf(2);
const guest = aGuest();
const report = reportOf({ trimId: TRIM, trimmedBytes: { vda: 0 } });
const cure = resultOf(reportOf({ trimId: OTHER, trimmedBytes: { vda: 9 }, again: true }), { vda: 'reclaimed' });

it(`whatever happens to a trim, in any order, its machine stays sound (${nameSeeds(seeds)})`, async () => {
  const reached = new Set<string>();
  for (const seed of seeds)
    await underSeed(seed, () => {
      const random = createRandom(seed);
      for (let trims = 0; trims < 5; trims += 1) {
        const trim = createObservedTrim({ cures: random() < 0.2 ? OTHER : null });
        for (let count = 0; count < EVENTS && !trim.isOver(); count += 1) trim.happen(drawInput(random, trim));
        for (const kind of trim.reached) reached.add(kind);
        trim.leadOut();
      }
    });
  const all = [
    'unseen',
    'waiting-for-slot',
    'measuring',
    'recording',
    'granted',
    'running',
    'settling',
    'losing',
    'curing',
    'over',
  ];
  expect([...reached].sort()).toEqual(all.sort());
});

/** What an effect that is under way will say when it is done. */
type Pending = 'find-paths' | 'take-slot' | 'check-slot' | 'measure' | 'record' | 'conclude' | 'conclude-lost';
const PENDING: ReadonlySet<string> = new Set<Pending>([
  'find-paths',
  'take-slot',
  'check-slot',
  'measure',
  'record',
  'conclude',
  'conclude-lost',
]);

/** A trim whose effects are checked as they come. */
function createObservedTrim({ cures }: { cures: typeof OTHER | null }) {
  let state: TrimState = { kind: 'unseen', trimId: TRIM, cures };
  let slot: 'none' | 'in line' | 'held' = 'none';
  let isConcluded = false;
  /** Whoever waits for what it came to has it, or knows that there will be more. */
  let isTold = false;
  const timers = new Set<TrimTimer>();
  const pending = new Set<Pending>();
  const reached = new Set<string>([state.kind]);
  const count = { answers: 0, grants: 0, passed: 0 };

  function happen(input: TrimInput): void {
    if (input.kind === 'slot-taken') slot = 'held';
    if (input.kind === 'concluded' && state.kind === 'settling') isConcluded = true;
    if (input.kind === 'elapsed') timers.delete(input.timer);
    const before = state;
    const step = advanceTrim(state, input);
    state = step.state;
    reached.add(state.kind);
    for (const effect of step.effects) perform(effect);
    // What was stored for a trim that was never granted is taken back.
    if (before.kind === 'over') expect(step.effects).toEqual(input.kind === 'recorded' ? [{ kind: 'withdraw' }] : []);
    // What was granted, and of which nothing was done, stays stored nowhere.
    if (input.kind === 'untrimmed' && (before.kind === 'granted' || before.kind === 'running'))
      expect(step.effects).toContainEqual({ kind: 'withdraw' });
    check();
  }

  function perform(effect: TrimEffect): void {
    if (PENDING.has(effect.kind)) pending.add(effect.kind as Pending);
    switch (effect.kind) {
      case 'take-slot':
        expect(slot).toBe('none');
        slot = 'in line';
        return;
      case 'give-slot-back':
        expect(slot).not.toBe('none');
        slot = 'none';
        pending.delete('take-slot');
        return;
      case 'grant':
        count.grants += 1;
        return;
      case 'acknowledge':
        expect({ isConcluded, isTold }).toEqual({ isConcluded: true, isTold: true });
        return;
      case 'pass-on':
        count.passed += 1;
        isTold = true;
        return;
      case 'arm':
        timers.add(effect.timer);
        return;
      case 'disarm':
        timers.delete(effect.timer);
        return;
      case 'tell':
        isTold ||= effect.event.event === 'finished' || effect.event.event === 'again';
        if (effect.event.event === 'finished' || effect.event.event === 'refused') count.answers += 1;
    }
  }

  function check(): void {
    const holds = 'hasSlot' in state && state.hasSlot;
    const isInLine = state.kind === 'waiting-for-slot' && state.paths !== null;
    expect({ kind: state.kind, slot }).toEqual({
      kind: state.kind,
      slot: holds ? 'held' : isInLine ? 'in line' : 'none',
    });
    expect(timers.has('lease')).toBe(holds);
    expect(timers.has('silence')).toBe(holds && (state.kind === 'granted' || state.kind === 'running'));
    // It is watched, or being looked at; what it says changes nothing of that.
    const isWatched = timers.has('slot-check') || pending.has('check-slot');
    if (holds && (state.kind === 'granted' || state.kind === 'running')) expect(isWatched).toBe(true);
    else expect(timers.has('slot-check')).toBe(false);
    expect(timers.has('answer')).toBe(state.kind === 'curing' && state.by === null);
    expect(count.grants).toBeLessThanOrEqual(1);
    expect(count.answers).toBeLessThanOrEqual(cures === null && state.kind === 'over' ? 1 : 0);
    expect(count.passed).toBe(cures !== null && state.kind === 'over' ? 1 : 0);
  }

  return {
    happen,
    reached,
    isOver: () => state.kind === 'over',
    state: () => state,
    pending: () => [...pending],
    /** Takes what is under way as done. */
    done: (effect: Pending) => pending.delete(effect),
    armed: () => [...timers],
    /** From wherever it is: its report comes, is concluded, and the other trim gets no answer. */
    leadOut(): void {
      const isKnown = state.kind !== 'over';
      happen({ kind: 'reported', guest, report });
      if (state.kind === 'settling' || state.kind === 'losing')
        happen({ kind: 'concluded', result: resultOf(report, { vda: 'stale' }), cureId: requestIdOf(1) });
      if (state.kind === 'curing') happen({ kind: 'guest-left' });
      expect(state).toEqual({ kind: 'over' });
      if (isKnown) expect(count.answers + count.passed).toBe(1);
      expect(timers).toEqual(new Set());
    },
  };
}

/** Mostly what can happen now; sometimes what comes late, or twice. */
function drawInput(random: () => number, trim: ReturnType<typeof createObservedTrim>): TrimInput {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const [effect, timer] = [pick(trim.pending()), pick(trim.armed())];
  if (effect !== undefined && random() < 0.5) {
    trim.done(effect);
    return toOutcome(effect, random);
  }
  if (timer !== undefined && random() < 0.1) return { kind: 'elapsed', timer };
  const wish = { trigger: 'requested', mounts: ['/mnt/vda'], requestId: null } as const;
  return pick<TrimInput>([
    { kind: 'intended', guest, wish: { ...wish, mounts: [...wish.mounts] }, isCancelled: random() < 0.2 },
    { kind: 'intended', guest, wish: { ...wish, mounts: [...wish.mounts] }, isCancelled: false },
    { kind: 'started' },
    { kind: 'progressed', progress: { mount: '/mnt/vda', index: 1, of: 1, elapsedMs: 1, issuedBytes: null } },
    { kind: 'reported', guest, report },
    { kind: 'cancel-asked' },
    { kind: 'cure-intended', trimId: OTHER },
    ...(random() < 0.2
      ? ([
          { kind: 'gave-up', problem: BUSY },
          { kind: 'untrimmed', problem: BUSY },
          { kind: 'superseded' },
          { kind: 'guest-left' },
          { kind: 'lost', open: openTrim({ n: 1 }), how: pick(['qemu-ended', 'started-anew'] as const) },
          { kind: 'cure-ended', result: pick([cure, null]) },
          toOutcome(pick(['find-paths', 'check-slot', 'measure', 'record', 'conclude']), random),
        ] as const)
      : []),
  ]);
}

function toOutcome(effect: Pending, random: () => number): TrimInput {
  switch (effect) {
    case 'find-paths':
      return { kind: 'paths-found', paths: random() < 0.5 ? [] : [pathIn({ disk: 'vda', pool: '/pool' })] };
    case 'take-slot':
      return { kind: 'slot-taken', waitedMs: 1 };
    case 'check-slot':
      return { kind: 'slot-checked', keeps: random() < 0.7 };
    case 'measure':
      return { kind: 'measured', before: {}, inventory: null };
    case 'record':
      return { kind: 'recorded' };
    case 'conclude':
    case 'conclude-lost':
      if (random() < 0.2) return { kind: 'not-concluded' };
      return {
        kind: 'concluded',
        result: resultOf(report, { vda: random() < 0.6 ? 'stale' : 'reclaimed' }),
        cureId: random() < 0.8 ? requestIdOf(1) : null,
      };
  }
}
