import { CLOSE_CODES } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { stepSession } from '../../../agent/src/link/session.ts';
import type { SessionEffect, SessionEvent, SessionState } from '../../../agent/src/link/session-model.ts';
import { CHANNEL_ROUTE } from '../../../agent/src/model/route.ts';
import { around, DOOR, frame, GRANT, HELLO, opened, prepared, TRIM_ID, WELCOME } from './session-samples.ts';

/** Lets events happen one after the other; the last state, and all effects but log lines. */
function play(events: readonly (SessionEvent & { readonly atMs?: number })[], from: SessionState = { kind: 'idle' }) {
  let state = from;
  const effects: SessionEffect[] = [];
  const lines: string[] = [];
  for (const event of events) {
    const step = stepSession(state, event, around(event.atMs ?? 0));
    state = step.state;
    for (const effect of step.effects) effect.kind === 'log' ? lines.push(effect.line) : effects.push(effect);
  }
  return { state, effects, lines };
}

const start = { kind: 'start' } as const;
const hear = (message: Parameters<typeof frame>[0], connection = 1) =>
  ({ kind: 'frame', connection, bytes: frame(message) }) as const;
const closed = ({ code, connection = 1 }: { code: number; connection?: number }) =>
  ({ kind: 'closed', connection, code, reason: '' }) as const;
const CONNECTED = [start, prepared(), opened(), hear(WELCOME)];
const { state: connectedState } = play(CONNECTED);

describe('a session', () => {
  it('connects, says hello, is welcomed', () => {
    expect(play(CONNECTED)).toMatchObject({
      state: { kind: 'connected', version: 1, connection: 1 },
      effects: [
        { kind: 'prepare', connection: 1 },
        { kind: 'arm', timer: 'deadline' },
        { kind: 'connect', connection: 1, door: DOOR },
        { kind: 'arm', timer: 'deadline' },
        { kind: 'send', message: HELLO },
        { kind: 'arm', timer: 'deadline' },
        { kind: 'disarm', timer: 'deadline' },
        { kind: 'arm', timer: 'heartbeat' },
        { kind: 'connected', welcome: WELCOME },
      ],
    });
  });

  it('waits longer where somebody is there: a collector lets thousands in one after the other', () => {
    const armed = (...events: readonly SessionEvent[]) =>
      play([start, prepared(), ...events]).effects.findLast((effect) => effect.kind === 'arm')?.delayMs;
    expect([armed(), armed({ kind: 'reached', connection: 1 }), armed(opened())]).toEqual([20_000, 60_000, 60_000]);
    // What an older connection still says, or one that is open, is not heard.
    expect(armed({ kind: 'reached', connection: 9 })).toBe(20_000);
    expect(play([{ kind: 'reached', connection: 1 }], connectedState).effects).toEqual([]);
  });

  it('says that no collector has come to its channel, where none has', () => {
    const late = { kind: 'elapsed', timer: 'deadline' } as const;
    const { lines } = play([start, prepared([CHANNEL_ROUTE]), late]);
    expect(lines.join('\n')).toContain('no collector has opened the port of this guest on the host yet (4408');
    expect(lines.join('\n')).toContain('On the host, see that trimtab serve runs');
    // One that has come and says nothing is another thing.
    expect(play([start, prepared([CHANNEL_ROUTE]), opened(), late]).lines.join('\n')).toContain('no welcome in time');
  });

  it('delivers what the host says, and takes it for a sign of life', () => {
    expect(play([hear(GRANT)], connectedState).effects).toEqual([
      { kind: 'arm', timer: 'heartbeat', delayMs: 45_000 },
      { kind: 'deliver', message: GRANT },
    ]);
  });

  it('says nothing of the agent before the welcome', () => {
    const say = { kind: 'say', message: { type: 'started', trimId: TRIM_ID, startedAt: 1 } } as const;
    expect(play([start, say, prepared(), say, opened(), say]).effects.filter(({ kind }) => kind === 'send')).toEqual([
      { kind: 'send', connection: 1, message: HELLO },
    ]);
    expect(play([say], connectedState).effects).toEqual([{ kind: 'send', connection: 1, message: say.message }]);
  });

  it.each([
    ['a frame that is not MessagePack', { kind: 'frame', connection: 1, bytes: new Uint8Array([0xc1]) }, 4400],
    ['a message that is none', { kind: 'frame', connection: 1, bytes: new Uint8Array([0x80]) }, 4400],
    ['a second welcome', hear(WELCOME), 4422],
    ['silence', { kind: 'elapsed', timer: 'heartbeat' }, 4500],
  ] as const)('is closed on %s, and begun again', (_what, event, code) => {
    const { state, effects } = play([event], connectedState);
    expect(state).toMatchObject({ kind: 'waiting', failures: 1, lastConnection: 1 });
    expect(effects).toMatchObject([
      { kind: 'close', connection: 1, code },
      { kind: 'disarm', timer: 'heartbeat' },
      { kind: 'arm', timer: 'retry' },
      { kind: 'disconnected' },
    ]);
    expect(play([{ kind: 'elapsed', timer: 'retry' }], state).state).toMatchObject({
      kind: 'preparing',
      failures: 1,
      connection: 2,
    });
  });

  it.each([
    ['preparing', [start]],
    ['connecting', [start, prepared()]],
    ['greeting', [start, prepared(), opened()]],
  ])('is not waited for forever while %s', (what, events) => {
    const { state, effects } = play([...events, { kind: 'elapsed', timer: 'deadline' }]);
    expect(state.kind).toBe('waiting');
    if (what !== 'preparing')
      expect(effects).toContainEqual(expect.objectContaining({ kind: 'close', code: CLOSE_CODES.greetingTimeout }));
  });

  it('refuses orders before the welcome', () => {
    expect(play([start, prepared(), opened(), hear(GRANT)]).effects).toContainEqual(
      expect.objectContaining({ kind: 'close', code: CLOSE_CODES.outOfOrder }),
    );
  });

  it('does not go on in a version it does not speak', () => {
    expect(
      play([start, prepared(), opened(), hear({ ...WELCOME, version: 99 } as typeof WELCOME)]).effects,
    ).toContainEqual(expect.objectContaining({ kind: 'close', code: CLOSE_CODES.version }));
  });

  it.each([CLOSE_CODES.version, CLOSE_CODES.superseded])('comes back slowly after a close with %i', (code) => {
    expect(play([closed({ code })], connectedState).effects).toContainEqual({
      kind: 'arm',
      timer: 'retry',
      delayMs: 45_000,
    });
  });

  it.each([
    ['connect ECONNREFUSED 192.0.2.1:7461', ' (connect ECONNREFUSED 192.0.2.1:7461)'],
    ['Unexpected server response: 404', ' (HTTP status 404 in the place of a WebSocket)'],
    ['', ''],
  ])('where nobody closed it, says what it has of a reason, and no code of ours: %s', (reason, said) => {
    const line = play([start, prepared(), { ...closed({ code: 1006 }), reason }]).lines.at(-1);
    expect(line?.replace(/\d+ s$/, 'N s')).toBe(`cannot connect to the collector${said}; trying again in N s`);
  });

  it('says how to join where a collector takes no guest without TLS', () => {
    const { lines } = play([
      start,
      prepared(),
      { ...closed({ code: 1006 }), reason: 'Unexpected server response: 426' },
    ]);
    expect(lines.at(-1)).toMatch(
      /speaks to no guest without TLS .*; trying again in 45 s\. .*trimtab-agent join TOKEN/,
    );
  });

  it('says which end is too old, in the words of the collector', () => {
    const event = { ...closed({ code: CLOSE_CODES.version }), reason: 'the agent is too old\u001b[31m' };
    expect(play([event], connectedState).lines).toEqual([
      expect.stringMatching(/no version in common .*speaks 1 to 4.*the agent is too old\?\[31m/),
    ]);
  });

  it('waits longer with each failure, and begins anew after a connection that lasted', () => {
    const failures = (sinceMs: number) => {
      const state = { ...connectedState, failures: 7, sinceMs: 0 } as SessionState;
      const next = play([{ ...closed({ code: 1006 }), atMs: sinceMs }], state).state;
      return next.kind === 'waiting' ? next.failures : null;
    };
    expect([failures(59_999), failures(60_000)]).toEqual([8, 1]);
  });

  it('does not hear what an older connection says', () => {
    const { state } = play([closed({ code: 1006 }), { kind: 'elapsed', timer: 'retry' }], connectedState);
    for (const late of [
      opened(),
      prepared(),
      hear(WELCOME),
      closed({ code: 1006 }),
      { kind: 'pinged', connection: 1 } as const,
    ])
      expect(play([late], state)).toEqual({ state, effects: [], lines: [] });
  });

  it('ends for good', () => {
    const { state, effects } = play([{ kind: 'stop' }], connectedState);
    expect(effects).toMatchObject([
      { kind: 'disarm', timer: 'heartbeat' },
      { kind: 'close', code: 1001 },
      { kind: 'disconnected' },
    ]);
    for (const event of [
      start,
      prepared(),
      opened(),
      { kind: 'elapsed', timer: 'retry' } as const,
      closed({ code: 1006 }),
    ])
      expect(play([event], state)).toEqual({ state: { kind: 'stopped' }, effects: [], lines: [] });
  });
});
