import { describe, expect, it } from 'vitest';
import type { TrimEffect, TrimInput, TrimState } from '../../../../collector/src/conduct/trims/trim-model.ts';
import { advanceTrim } from '../../../../collector/src/conduct/trims/trim-state.ts';
import { openTrim } from '../../../contract/store.ts';
import { aGuest, BUSY, pathIn, reportOf, requestIdOf, resultOf, trimIdOf } from './trim-examples.ts';

const TRIM = trimIdOf(1);
const guest = aGuest();
const wish = { trigger: 'requested', mounts: ['/mnt/vda'], requestId: null } as const;
const paths = [pathIn({ disk: 'vda', pool: '/pool' })];
const report = reportOf({ trimId: TRIM, trimmedBytes: { vda: 0 } });

const UNSEEN: TrimState = { kind: 'unseen', trimId: TRIM, cures: null };
const INTENDED: TrimInput = {
  kind: 'intended',
  guest,
  wish: { ...wish, mounts: [...wish.mounts] },
  isCancelled: false,
};
const TO_GRANT: readonly TrimInput[] = [
  INTENDED,
  { kind: 'paths-found', paths },
  { kind: 'slot-taken', waitedMs: 7 },
  { kind: 'measured', before: {}, inventory: guest.inventory },
  { kind: 'recorded' },
];
const REPORTED: TrimInput = { kind: 'reported', guest, report };

function walk(inputs: readonly TrimInput[], from: TrimState = UNSEEN) {
  let state = from;
  const effects: (readonly TrimEffect[])[] = [];
  for (const input of inputs) {
    const step = advanceTrim(state, input);
    state = step.state;
    effects.push(step.effects);
  }
  return { state, last: effects.at(-1) ?? [], all: effects.flat() };
}

const kinds = (effects: readonly TrimEffect[]) =>
  effects.map((effect) => {
    if (effect.kind === 'tell') return `tell ${effect.event.event}`;
    return effect.kind === 'arm' || effect.kind === 'disarm' ? `${effect.kind} ${effect.timer}` : effect.kind;
  });

describe('the way to the grant', () => {
  it('is slot, then samples, then the samples stored, and only then the grant', () => {
    expect(TO_GRANT.map((_, count) => kinds(walk(TO_GRANT.slice(0, count + 1)).last))).toEqual([
      ['tell intended', 'find-paths'],
      ['take-slot'],
      ['arm lease', 'measure'],
      ['record'],
      ['arm silence', 'arm slot-check', 'grant', 'tell granted'],
    ]);
    expect(walk(TO_GRANT).state).toMatchObject({ kind: 'granted', hasSlot: true });
  });

  it('asks for a slot on each pool below its mounts', () => {
    const two = [pathIn({ disk: 'vda', pool: '/a' }), pathIn({ disk: 'vdb', pool: '/b' })];
    expect(walk([INTENDED, { kind: 'paths-found', paths: two }]).last).toEqual([
      { kind: 'take-slot', pools: ['/a', '/b'] },
    ]);
  });

  it('of one that was called off before it was known is told to the guest at once', () => {
    expect(kinds(walk([{ ...INTENDED, isCancelled: true }]).last)).toEqual(['tell intended', 'cancel', 'find-paths']);
  });

  it('ends for one that runs without it: what would be sampled now is not what was there before', () => {
    const { state, last } = walk([...TO_GRANT.slice(0, 2), { kind: 'started' }]);
    expect(state).toMatchObject({ kind: 'running', hasSlot: false });
    expect(kinds(last)).toEqual(['give-slot-back', 'tell started']);
    expect(kinds(walk([...TO_GRANT.slice(0, 3), { kind: 'started' }, ...TO_GRANT.slice(3)]).all)).not.toContain(
      'grant',
    );
  });
});

describe('a slot', () => {
  const RUNNING = [...TO_GRANT, { kind: 'started' }] as const;

  it.each(['silence', 'lease'] as const)('is given back when the %s is over, and the trim goes on', (timer) => {
    const { state, last } = walk([...RUNNING, { kind: 'elapsed', timer }]);
    expect(kinds(last)).toEqual(['disarm silence', 'disarm slot-check', 'disarm lease', 'give-slot-back']);
    expect(state).toMatchObject({ kind: 'running', hasSlot: false });
    expect(kinds(advanceTrim(state, { kind: 'started' }).effects)).toEqual(['tell started']);
  });

  it.each<[string, TrimInput]>([
    ['the guest left', { kind: 'guest-left' }],
    ['the guest intends another trim', { kind: 'superseded' }],
    ['the guest gave up', { kind: 'gave-up', problem: BUSY }],
  ])('is given back when %s', (_, input) => {
    for (let count = 2; count <= RUNNING.length; count += 1) {
      const { state, last } = walk([...RUNNING.slice(0, count), input]);
      expect(state).toEqual({ kind: 'over' });
      expect(kinds(last)).toContain('give-slot-back');
    }
  });

  it('is kept while the host settles, and given back before anything is told', () => {
    const { last } = walk([...RUNNING, REPORTED]);
    expect(kinds(last)).toEqual(['disarm silence', 'disarm slot-check', 'tell settling', 'conclude']);
    const concluded = walk([
      ...RUNNING,
      REPORTED,
      { kind: 'concluded', result: resultOf(report, { vda: 'reclaimed' }), cureId: requestIdOf(1) },
    ]);
    expect(concluded.state).toEqual({ kind: 'over' });
    expect(kinds(concluded.last)).toEqual([
      'disarm silence',
      'disarm slot-check',
      'disarm lease',
      'give-slot-back',
      'tell finished',
      'acknowledge',
    ]);
  });

  it('is given back when the store failed, and nothing is acknowledged', () => {
    const { state, last } = walk([...RUNNING, REPORTED, { kind: 'not-concluded' }]);
    expect(state).toEqual({ kind: 'over' });
    expect(kinds(last)).toEqual(['disarm silence', 'disarm slot-check', 'disarm lease', 'give-slot-back']);
  });
});

describe('a report', () => {
  it('of a trim that nobody saw begin is concluded all the same', () => {
    const { state, last } = walk([REPORTED]);
    expect(state).toMatchObject({ kind: 'settling', hasSlot: false });
    expect(last).toContainEqual({ kind: 'conclude', guest, report, paths: null, inventory: null });
  });

  it('comes with what was found before the trim', () => {
    const { last } = walk([...TO_GRANT, REPORTED]);
    expect(last).toContainEqual({ kind: 'conclude', guest, report, paths, inventory: guest.inventory });
  });
});

describe('a trim that found ext4 stale', () => {
  const first = resultOf(report, { vda: 'stale' });
  const CURING = [REPORTED, { kind: 'concluded', result: first, cureId: requestIdOf(1) }] as const;
  const cure = resultOf(reportOf({ trimId: trimIdOf(2), trimmedBytes: { vda: 500 }, again: true }), {
    vda: 'reclaimed',
  });

  it('is acknowledged, and the guest asked for another in its place', () => {
    const { state, last } = walk(CURING);
    expect(kinds(last)).toEqual(['tell again', 'acknowledge', 'arm answer', 'trim-again']);
    expect(last.at(-1)).toMatchObject({ requestId: requestIdOf(1), mounts: ['/mnt/vda'] });
    expect(state).toMatchObject({ kind: 'curing', by: null });
  });

  it('is over where the guest cannot be asked', () => {
    const { state, last } = walk([REPORTED, { kind: 'concluded', result: first, cureId: null }]);
    expect(state).toEqual({ kind: 'over' });
    expect(kinds(last)).toEqual(['tell finished', 'acknowledge']);
  });

  it('tells the result of both once the other is over', () => {
    const { state, last } = walk([
      ...CURING,
      { kind: 'cure-intended', trimId: trimIdOf(2) },
      { kind: 'elapsed', timer: 'answer' },
      { kind: 'cure-ended', result: cure },
    ]);
    expect(state).toEqual({ kind: 'over' });
    expect(last).toContainEqual({
      kind: 'tell',
      event: { event: 'finished', trimId: TRIM, result: expect.objectContaining({ id: TRIM, curedBy: trimIdOf(2) }) },
    });
  });

  it.each<[string, TrimInput]>([
    ['was refused', { kind: 'cure-ended', result: null }],
    ['got no answer', { kind: 'elapsed', timer: 'answer' }],
    ['cannot come: the guest left', { kind: 'guest-left' }],
    ['cannot come: the guest intends yet another', { kind: 'superseded' }],
  ])('tells its own when the other %s', (_, input) => {
    const { state, last } = walk([...CURING, input]);
    expect(state).toEqual({ kind: 'over' });
    expect(last).toContainEqual({ kind: 'tell', event: { event: 'finished', trimId: TRIM, result: first } });
  });

  it('acknowledges a copy of its report and goes on waiting', () => {
    const { state, last } = walk([...CURING, REPORTED]);
    expect(kinds(last)).toEqual(['acknowledge']);
    expect(state.kind).toBe('curing');
  });

  it('waits anew after a restart, unless the other has begun', () => {
    const { state } = walk(CURING);
    expect(kinds(advanceTrim(state, { kind: 'resumed' }).effects)).toEqual(['arm answer']);
    const { state: begun } = walk([...CURING, { kind: 'cure-intended', trimId: trimIdOf(2) }]);
    expect(advanceTrim(begun, { kind: 'resumed' }).effects).toEqual([]);
  });
});

describe('the other trim', () => {
  const CURE: TrimState = { kind: 'unseen', trimId: trimIdOf(2), cures: TRIM };
  const again = reportOf({ trimId: trimIdOf(2), trimmedBytes: { vda: 0 }, again: true });

  it('passes on what it came to, and finishes nothing by itself', () => {
    const result = resultOf(again, { vda: 'reclaimed' });
    const { state, last } = walk(
      [
        { kind: 'reported', guest, report: again },
        { kind: 'concluded', result, cureId: requestIdOf(1) },
      ],
      CURE,
    );
    expect(state).toEqual({ kind: 'over' });
    expect(last).toEqual([{ kind: 'pass-on', to: TRIM, result }, { kind: 'acknowledge' }]);
  });

  it.each<[string, TrimInput]>([
    ['the guest gave it up', { kind: 'gave-up', problem: BUSY }],
    ['the guest intends yet another', { kind: 'superseded' }],
  ])('passes on that it came to nothing when %s', (_, input) => {
    expect(walk([INTENDED, input], CURE).last).toContainEqual({ kind: 'pass-on', to: TRIM, result: null });
  });
});

describe('a trim whose guest is lost', () => {
  const open = openTrim({ n: 1 });
  const LOST: TrimInput = { kind: 'lost', open, how: 'qemu-ended' };
  const result = { ...resultOf(report, { vda: 'inconclusive' }), reported: false };

  it('is concluded once', () => {
    const lost = walk([LOST]);
    expect(lost.state).toEqual({ kind: 'losing', trimId: TRIM, cures: null });
    expect(lost.last).toEqual([{ kind: 'conclude-lost', open, how: 'qemu-ended' }]);
    const { state, last } = walk([LOST, LOST, { kind: 'concluded', result, cureId: null }]);
    expect(state).toEqual({ kind: 'over' });
    expect(last).toEqual([{ kind: 'tell', event: { event: 'finished', trimId: TRIM, result } }]);
  });

  it.each([...TO_GRANT.keys()].map((index) => index + 1))(
    'is not lost after %i steps of a guest that is back and speaks of it: it goes its way to the grant',
    (count) => {
      const before = walk(TO_GRANT.slice(0, count)).state;
      expect(advanceTrim(before, LOST)).toEqual({ state: before, effects: [] });
      const steps = [...TO_GRANT.slice(0, count), LOST, ...TO_GRANT.slice(count)];
      expect(walk(steps).state.kind).toBe('granted');
    },
  );

  it('after its report came is not lost', () => {
    const settling = walk([...TO_GRANT, REPORTED]).state;
    expect(advanceTrim(settling, LOST)).toEqual({ state: settling, effects: [] });
  });

  it('is not over for the host when the store fails: nothing is told', () => {
    expect(walk([LOST, { kind: 'not-concluded' }])).toMatchObject({ state: { kind: 'over' }, last: [] });
  });

  it('and that cured another leaves that one its own result', () => {
    const cure: TrimState = { kind: 'unseen', trimId: trimIdOf(2), cures: TRIM };
    const { last } = walk([LOST, { kind: 'concluded', result, cureId: null }], cure);
    expect(last).toEqual([{ kind: 'pass-on', to: TRIM, result: null }]);
  });
});

it.each<['gave-up' | 'untrimmed', TrimState['kind'], readonly TrimInput[], boolean]>([
  ['gave-up', 'waiting-for-slot', TO_GRANT.slice(0, 2), false],
  ['gave-up', 'granted', TO_GRANT, true],
  // It may have trimmed.
  ['gave-up', 'running', [...TO_GRANT, { kind: 'started' }], false],
  ['untrimmed', 'granted', TO_GRANT, true],
  ['untrimmed', 'running', [...TO_GRANT, { kind: 'started' }], true],
  // An agent came and went meanwhile.
  ['untrimmed', 'unseen', [], true],
])('has no report of a trim that %s while %s, and keeps what is stored only where it may have trimmed', (...row) => {
  const [kind, from, inputs, isWithdrawn] = row;
  expect(walk(inputs).state.kind).toBe(from);
  const { state, last } = walk([...inputs, { kind, problem: BUSY }]);
  expect(state).toEqual({ kind: 'over' });
  expect(kinds(last).includes('withdraw')).toBe(isWithdrawn);
});

it.each<TrimInput['kind'] & ('guest-left' | 'superseded')>(['guest-left', 'superseded'])(
  'a trim that ends by %s while its samples are being stored was never granted, and is taken back',
  (kind) => {
    const recording = TO_GRANT.slice(0, -1);
    expect(walk(recording).state.kind).toBe('recording');
    const { state, last } = walk([...recording, { kind }, { kind: 'recorded' }]);
    expect(state).toEqual({ kind: 'over' });
    expect(last).toEqual([{ kind: 'withdraw' }]);
  },
);

it('a trim that the guest gives up is refused to whoever asked', () => {
  expect(walk([INTENDED, { kind: 'gave-up', problem: BUSY }]).last).toContainEqual({
    kind: 'tell',
    event: { event: 'refused', problem: BUSY },
  });
});
