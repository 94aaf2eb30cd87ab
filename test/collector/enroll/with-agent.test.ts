import { fromHostCodec } from '@trimtab/protocol';
import { PLAIN_BINDING } from '@trimtab/protocol/joining';
import { expect, it } from 'vitest';
import { changeJoined } from '../../../agent/src/join/change-joined.ts';
import { stepSession } from '../../../agent/src/link/session.ts';
import type { SessionEffect, SessionEvent, SessionState } from '../../../agent/src/link/session-model.ts';
import type { JoinedCollector } from '../../../agent/src/model/joined.ts';
import { HELLO, KEYS } from '../../agent/link/session-samples.ts';
import { createRandom } from '../../support/random.ts';
import { nameSeeds, seedsFor, underSeed } from '../../support/seeds.ts';
import { anIdentity, UUID } from '../correlate/examples.ts';
import { encode } from '../link/links-under-test.ts';
import { openWorld, until, type World } from './joined-world.ts';

const OTHER_UUID = '99999999-9999-4999-8999-999999999999';

type Random = () => number;

/** The session of the agent, with what it remembers, at the links of the collector. */
function startAgent({
  world,
  secret,
  random,
  copied,
  productUuid = UUID,
}: {
  world: World;
  secret: string | null;
  random: Random;
  /** What the agent of another guest remembers. */
  copied?: JoinedCollector;
  productUuid?: string;
}) {
  let state: SessionState = { kind: 'idle' };
  let tokenSeed = secret === null ? null : KEYS.seedOf(secret);
  let nowMs = 0;
  let armed: ReadonlySet<string> = new Set();
  let joined: JoinedCollector = copied ?? {
    seed: KEYS.newSeed(),
    renewedSeed: null,
    pins: world.hostKeys.all().map(({ pin }) => pin),
    addresses: ['127.0.0.1:7461'],
    name: null,
    joinedAt: null,
    tokenSeed: null,
  };
  let socket: ReturnType<World['connect']> | null = null;
  let heard = 0;
  const waiting: (() => void)[] = [];
  const later = (call: () => void) => void waiting.push(call);

  function step(event: SessionEvent): void {
    const around = { nowMs, random, hello: { ...HELLO, guest: anIdentity({ productUuid }) }, keys: KEYS };
    const next = stepSession(state, event, around);
    state = next.state;
    next.effects.forEach(perform);
  }

  function perform(effect: SessionEffect): void {
    if (effect.kind === 'arm') armed = new Set([...armed, effect.timer]);
    if (effect.kind === 'disarm') armed = new Set([...armed].filter((timer) => timer !== effect.timer));
    if (effect.kind === 'send') socket?.frame(encode(effect.message));
    if (effect.kind === 'close') socket?.hangUp();
    if (effect.kind === 'prepare')
      later(() => {
        const route = { id: 'one', doors: [{ kind: 'plain', host: '127.0.0.1', port: 7461 }] as const };
        const { connection } = effect;
        step({ kind: 'prepared', connection, routes: [{ ...route, joined: { collector: joined, tokenSeed } }] });
      });
    if (effect.kind === 'connect')
      later(() => {
        socket = world.connect();
        heard = 0;
        step({ kind: 'opened', connection: effect.connection, opened: { binding: PLAIN_BINDING, pin: null } });
      });
    if (effect.kind === 'keep')
      later(() => {
        const { connection, change } = effect;
        joined = changeJoined({ collectors: [joined], change, now: nowMs })[0] ?? joined;
        if (change.kind === 'welcomed') tokenSeed = null;
        step({ kind: 'kept', connection, change });
      });
  }

  return {
    start: () => step({ kind: 'start' }),
    state: () => state.kind,
    remembered: () => joined,
    key: () => KEYS.publicKeyOf(joined.renewedSeed ?? joined.seed),
    /** One thing that is under way goes on; false when nothing is. */
    goOn(): boolean {
      const work = waiting.shift();
      const message = socket?.received[heard];
      const connection = 'connection' in state ? state.connection : 0;
      if (work !== undefined) work();
      else if (message !== undefined) {
        heard += 1;
        step({ kind: 'frame', connection, bytes: fromHostCodec.encode(message) });
      } else if (socket !== null && socket.closed !== null) {
        const { code, reason } = socket.closed;
        socket = null;
        step({ kind: 'closed', connection, code, reason });
      } else if (armed.has('retry')) {
        armed = new Set();
        nowMs += 60_000;
        step({ kind: 'elapsed', timer: 'retry' });
      } else return false;
      return true;
    },
    cut(): void {
      if (socket === null) return;
      const connection = 'connection' in state ? state.connection : 0;
      socket.hangUp();
      socket = null;
      step({ kind: 'closed', connection, code: 1006, reason: '' });
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Goes on until it is connected, cut now and then before; `each` is done in between. */
async function connect(
  agent: ReturnType<typeof startAgent>,
  { random, each }: { random: Random; each(): Promise<void> },
) {
  agent.start();
  for (let cuts = 0; cuts < 6; ) {
    await each();
    if (random() < 0.1) {
      agent.cut();
      cuts += 1;
    } else if (!agent.goOn()) await turn();
  }
  await until(async () => {
    await each();
    return !agent.goOn() && agent.state() === 'connected';
  });
}

const seeds = seedsFor({ suite: 8 });
it(`agent and collector, cut at any moment: one use of a token lets in, and a copy that is approved has a key of its own (${nameSeeds(seeds)})`, async () => {
  for (const seed of seeds)
    await underSeed(seed, async () => {
      const random = createRandom(seed);
      await using world = await openWorld();
      const agent = startAgent({ world, secret: await world.makeToken(), random });
      await connect(agent, { random, each: async () => {} });
      expect(await world.store.keys()).toMatchObject([{ state: 'active', key: agent.key() }]);
      expect(await world.store.guests()).toHaveLength(1);

      const copy = startAgent({ world, secret: null, random, copied: agent.remembered(), productUuid: OTHER_UUID });
      const approve = async () => {
        for (const { id, approvedBy } of await world.store.held())
          if (approvedBy === null) await world.enrolment.approve({ held: id, by: { kind: 'socket' }, name: null });
      };
      await connect(copy, { random, each: approve });
      expect(copy.key()).not.toBe(agent.key());
      expect((await world.store.keys()).map(({ key }) => key)).toContain(copy.key());
      expect(world.links.guests().map(({ proof }) => proof)).toEqual(['key', 'key']);
      expect(agent.state()).toBe('connected');
    });
}, 120_000);
