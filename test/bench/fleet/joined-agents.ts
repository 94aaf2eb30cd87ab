import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { keyOfSecret } from '../../support/joining/guest-key.ts';
import type { FleetGuest } from './fleet-agent.ts';
import { type Collector, createJoinedAgent, type JoinedAgent, type Tally } from './joined-agent.ts';

// A process of many agents, which does what its parent says, one thing at a time, and says what it came to.

const CONNECTING_AT_ONCE = 64;

/** What the parent says. */
export type Task =
  | {
      readonly kind: 'join';
      readonly guests: readonly FleetGuest[];
      readonly secrets: readonly string[];
      readonly collector: Collector;
    }
  /** Each agent sends the report of a trim; until all are acknowledged. */
  | { readonly kind: 'report' }
  /** Until so many requests more were answered. */
  | { readonly kind: 'answer'; readonly requests: number }
  /** Until all are welcome. */
  | { readonly kind: 'be-welcome' }
  | { readonly kind: 'tell' };

export interface Done {
  readonly tally: Tally;
  /** By the clock that all processes of this machine share, in ms. */
  readonly beganMs: number;
  readonly endedMs: number;
}

const tally: Tally = { welcome: 0, intents: 0, acknowledged: 0, ends: {} };
let agents: readonly JoinedAgent[] = [];

async function join({ guests, secrets, collector }: Extract<Task, { kind: 'join' }>): Promise<void> {
  agents = guests.map((guest, index) => createJoinedAgent({ guest, index, collector, tally }));
  const tokens = secrets.map(keyOfSecret);
  const waiting = agents.entries();
  const joinSome = async () => {
    for (const [index, agent] of waiting) await agent.connect(tokens[index % tokens.length]);
  };
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, joinSome));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5);
}

async function carryOut(task: Task): Promise<void> {
  const before = structuredClone(tally);
  switch (task.kind) {
    case 'join':
      return join(task);
    case 'report':
      for (const agent of agents) agent.report();
      return until(() => tally.acknowledged >= before.acknowledged + agents.length);
    case 'answer':
      return until(() => tally.intents >= before.intents + task.requests);
    case 'be-welcome':
      return until(() => tally.welcome === agents.length);
  }
}

const nowMs = () => performance.timeOrigin + performance.now();

process.send?.('ready');
for (;;) {
  const [task] = (await once(process, 'message')) as [Task];
  const beganMs = nowMs();
  await carryOut(task);
  process.send?.({ tally, beganMs, endedMs: nowMs() } satisfies Done);
}
