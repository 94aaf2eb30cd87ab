import { CLOSE_CODES, type Credential, type FromGuest, type Hello, SUPPORTED } from '@trimtab/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advance,
  type Effect,
  OPENED,
  type Session,
  type SessionEvent,
  type Step,
} from '../../../collector/src/link/session.ts';
import { FROM_GUEST, PROOF_ID } from '../../protocol/example-messages.ts';
import { says } from './links-under-test.ts';

const keyed = FROM_GUEST.find((message) => message.type === 'hello') as Hello;
const credential = says('credential') as Credential;
const message = (said: FromGuest): SessionEvent => ({ kind: 'message', message: said });

function after(...events: readonly SessionEvent[]): Step {
  return events.reduce<Step>(({ session }, event) => advance(session, event), OPENED);
}

const closing = ({ effects }: Step) => effects.find((effect) => effect.kind === 'close')?.code ?? null;

describe('a hello that names a key', () => {
  it('is challenged, and let in by a credential that comes after the challenge [P2]', () => {
    const proving = after(message(keyed));
    expect(proving.effects).toEqual([{ kind: 'disarm-greeting-timer' }, { kind: 'challenge', hello: keyed }]);
    expect(after(message(keyed), { kind: 'challenged' }).effects).toEqual([{ kind: 'arm-greeting-timer' }]);
    const greeted = after(message(keyed), { kind: 'challenged' }, message(credential));
    expect(greeted.effects).toEqual([
      { kind: 'disarm-greeting-timer' },
      { kind: 'greet', hello: keyed, version: 4, credential },
    ]);
  });

  it.each([
    ['a credential before the challenge', [message(credential)], CLOSE_CODES.outOfOrder],
    [
      'anything else before the credential',
      [{ kind: 'challenged' }, message(says('inventory'))],
      CLOSE_CODES.outOfOrder,
    ],
    ['a second hello', [{ kind: 'challenged' }, message(keyed)], CLOSE_CODES.outOfOrder],
    ['nothing, in time', [{ kind: 'challenged' }, { kind: 'greeting-timeout' }], CLOSE_CODES.greetingTimeout],
    ['a second credential', [{ kind: 'challenged' }, message(credential), message(credential)], CLOSE_CODES.outOfOrder],
  ] as const)('is closed by %s [P2]', (_, events, code) => {
    expect(closing(after(message(keyed), ...events))).toBe(code);
  });

  it('and no nonce or no pin is no message [P2]', () => {
    expect(closing(after(message({ ...keyed, nonce: null })))).toBe(CLOSE_CODES.badFrame);
    expect(closing(after(message({ ...keyed, pin: null })))).toBe(CLOSE_CODES.badFrame);
  });

  it('is not late while it waits for its challenge [P2]', () => {
    const { session, effects } = after(message(keyed), { kind: 'greeting-timeout' });
    expect({ session, effects }).toMatchObject({ session: { kind: 'proving', isChallenged: false }, effects: [] });
  });

  it('over a channel is asked for nothing [P11]', () => {
    const { effects } = advance(OPENED.session, message(keyed), { supported: SUPPORTED, asksProof: false });
    expect(effects).toContainEqual({ kind: 'greet', hello: keyed, version: 4, credential: null });
  });
});

const EVENTS: readonly SessionEvent[] = [
  message(keyed),
  message({ ...keyed, versions: { oldest: 1, newest: 3 } }),
  message({ ...keyed, versions: { oldest: 9, newest: 9 } }),
  message(says('hello')),
  ...FROM_GUEST.filter(({ type }) => type !== 'hello').map(message),
  { kind: 'challenged' },
  { kind: 'asked-proof', proofId: PROOF_ID },
  { kind: 'bad-frame', reason: 'not MessagePack' },
  { kind: 'refused', code: CLOSE_CODES.revoked, reason: 'revoked' },
  { kind: 'too-many-frames' },
  { kind: 'greeting-timeout' },
  { kind: 'no-place', reason: 'no place' },
  { kind: 'superseded' },
  { kind: 'failed' },
  { kind: 'socket-closed' },
];

const anEvent = fc.constantFrom(...EVENTS);
/** It has something to say, and this end waits for it. */
const isGuestsTurn = (session: Session) =>
  session.kind === 'awaiting-hello' || (session.kind === 'proving' && session.isChallenged);

it('whatever comes in whatever order: a timer while it is the guest’s turn and none else, one challenge, one way in, one end', () => {
  fc.assert(
    fc.property(fc.array(anEvent, { maxLength: 30 }), (events) => {
      let session = OPENED.session;
      let isArmed = true;
      const seen = new Map<Effect['kind'], number>();
      for (const event of events) {
        const before = session;
        const step = advance(session, event);
        session = step.session;
        for (const effect of step.effects) {
          seen.set(effect.kind, (seen.get(effect.kind) ?? 0) + 1);
          if (effect.kind === 'disarm-greeting-timer') isArmed = false;
          if (effect.kind === 'arm-greeting-timer') {
            expect(isArmed).toBe(false);
            isArmed = true;
          }
          if (effect.kind === 'deliver') expect(before.kind).toBe('greeted');
          if (effect.kind === 'greet' && effect.credential !== null)
            expect(before).toMatchObject({ kind: 'proving', isChallenged: true });
          if (effect.kind === 'greet' && effect.credential === null) expect(effect.hello.key).toBeNull();
        }
        expect(isArmed).toBe(isGuestsTurn(session));
        if (before.kind === 'closed') expect(step).toEqual({ session: before, effects: [] });
        if (session.kind === 'closed' && before.kind !== 'closed' && event.kind !== 'socket-closed')
          expect(step.effects.at(-1)?.kind).toBe('close');
      }
      for (const once of ['challenge', 'greet', 'close', 'arm-greeting-timer'] as const)
        expect(seen.get(once) ?? 0).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2_000 },
  );
});

it('every state can be reached, and every one but the last has a way to be greeted or to end', () => {
  const nameOf = (session: Session) => (session.kind === 'proving' ? `proving ${session.isChallenged}` : session.kind);
  const leadsTo = new Map<string, Set<string>>();
  const waiting: Session[] = [OPENED.session];
  for (let session = waiting.pop(); session !== undefined; session = waiting.pop()) {
    if (leadsTo.has(nameOf(session))) continue;
    const nexts = EVENTS.map((event) => advance(session, event).session);
    leadsTo.set(nameOf(session), new Set(nexts.map(nameOf)));
    waiting.push(...nexts);
  }
  expect([...leadsTo.keys()].toSorted()).toEqual([
    'awaiting-hello',
    'closed',
    'greeted',
    'proving false',
    'proving true',
  ]);
  for (const [name, nexts] of leadsTo) if (name !== 'closed') expect([...nexts]).toContain('closed');
  // What this end has to do ends by its own word, and what the guest has to do by a timer as well.
  const lateFor = (session: Session) => nameOf(advance(session, { kind: 'greeting-timeout' }).session);
  expect(lateFor(OPENED.session)).toBe('closed');
  expect(lateFor(after(message(keyed)).session)).toBe('proving false');
  expect(lateFor(after(message(keyed), { kind: 'challenged' }).session)).toBe('closed');
  expect([...(leadsTo.get('proving false') ?? [])]).toContain('proving true');
  expect([...(leadsTo.get('proving true') ?? [])]).toContain('greeted');
});

/** An honest guest as the wire has it, and no more. */
type Guest = 'waits' | 'proved' | 'welcome' | 'closed';

it('an honest guest and a host, whatever is slow, cut or refused: both are greeted, or both have ended', () => {
  const happening = fc.constantFrom('to-host', 'to-guest', 'work-done', 'refused', 'cut', 'timeout');
  fc.assert(
    fc.property(fc.boolean(), fc.array(happening, { maxLength: 40 }), (hasKey, happenings) => {
      let session = OPENED.session;
      let guest: Guest = 'waits';
      const hello = hasKey ? keyed : says('hello');
      const toHost: (FromGuest | 'end')[] = [hello];
      const toGuest: ('challenge' | 'welcome' | 'end')[] = [];
      let work: 'challenge' | 'greet' | null = null;
      const step = (event: SessionEvent) => {
        const next = advance(session, event);
        session = next.session;
        for (const effect of next.effects) {
          if (effect.kind === 'challenge' || effect.kind === 'greet') work = effect.kind;
          if (effect.kind === 'close') toGuest.push('end');
        }
      };
      const happen = (what: string) => {
        if (what === 'to-host') {
          const said = toHost.shift();
          if (said !== undefined) step(said === 'end' ? { kind: 'socket-closed' } : message(said));
        } else if (what === 'to-guest') {
          const heard = toGuest.shift();
          if (heard === undefined || guest === 'closed') return;
          if (heard === 'challenge') {
            expect(guest).toBe('waits');
            guest = 'proved';
            toHost.push(credential);
          } else guest = heard === 'end' ? 'closed' : 'welcome';
        } else if (what === 'work-done' && work !== null && session.kind !== 'closed') {
          const done = work;
          work = null;
          toGuest.push(done === 'challenge' ? 'challenge' : 'welcome');
          if (done === 'challenge') step({ kind: 'challenged' });
        } else if (what === 'refused' && work === 'greet') {
          work = null;
          step({ kind: 'refused', code: CLOSE_CODES.unknownKey, reason: 'unknown' });
        } else if (what === 'cut') {
          guest = 'closed';
          toHost.push('end');
        } else if (what === 'timeout' && isGuestsTurn(session)) step({ kind: 'greeting-timeout' });
      };
      happenings.forEach(happen);
      // All that is under way comes to its end.
      for (let turn = 0; turn < 12; turn += 1) for (const what of ['to-host', 'work-done', 'to-guest']) happen(what);
      expect([`greeted welcome`, 'closed closed']).toContain(`${session.kind} ${guest}`);
    }),
    { numRuns: 3_000 },
  );
});
