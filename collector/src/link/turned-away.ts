import type { Finding } from '../model/domain.ts';
import type { Clock } from '../ports/clock.ts';

/** Why somebody has no place, each with the setting that moves the bound; null where it is none. */
export const WHY = {
  halfOpen: { sentence: 'too many connections have said no hello', setting: 'half-open' },
  halfOpenHere: { sentence: 'too many connections from here have said no hello', setting: 'half-open-per-address' },
  greeting: { sentence: 'too many guests wait until it is known whose they are', setting: 'half-open' },
  greetingHere: {
    sentence: 'too many guests from here wait until it is known whose they are',
    setting: 'half-open-per-address',
  },
  strangers: { sentence: 'too many guests that this host does not know', setting: 'strangers' },
  strangersHere: {
    sentence: 'too many guests from here that this host does not know',
    setting: 'strangers-per-address',
  },
  yields: { sentence: 'its place went to a guest that this host knows', setting: 'connections' },
  guests: { sentence: 'too many guests are connected', setting: 'connections' },
  guestsHere: { sentence: 'too many guests are connected from here', setting: 'connections-per-address' },
  hasty: { sentence: 'too many greetings from here in a minute', setting: 'connections-per-address' },
  hastyGuest: { sentence: 'this guest has said hello too often in a minute', setting: null },
  hastyStrangers: {
    sentence: 'too many greetings of guests that this host does not know in a minute',
    setting: 'strangers',
  },
  inventories: { sentence: 'the inventories of all guests are too large together', setting: 'inventories' },
  strangersInventories: {
    sentence: 'the inventories of guests that this host does not know are too large together',
    setting: 'stranger-inventories',
  },
  waiting: { sentence: 'too many reports wait to be judged', setting: null },
} as const;

export type Why = (typeof WHY)[keyof typeof WHY];

/** It is told of for so long after the last of them. */
export const TOLD_MS = 10 * 60_000;

/** Of those that were turned away for one reason. */
export const ADDRESSES_NAMED = 3;

interface Tally {
  readonly why: Why;
  readonly sinceMs: number;
  lastMs: number;
  count: number;
  readonly addresses: Set<string>;
  hasMore: boolean;
}

/** Counts those that were turned away, by reason, for whoever looks why agents are missing. */
export function createTurnedAway(clock: Pick<Clock, 'monotonicMs'>) {
  const tallies = new Map<string, Tally>();

  function forgetOld(nowMs: number): void {
    for (const [reason, { lastMs }] of tallies) if (nowMs - lastMs > TOLD_MS) tallies.delete(reason);
  }

  return {
    note({ address, why }: { readonly address: string; readonly why: Why }): void {
      const nowMs = clock.monotonicMs();
      forgetOld(nowMs);
      const known = tallies.get(why.sentence);
      const tally = known ?? { why, sinceMs: nowMs, lastMs: nowMs, count: 0, addresses: new Set(), hasMore: false };
      tallies.set(why.sentence, tally);
      tally.count += 1;
      tally.lastMs = nowMs;
      if (tally.addresses.size < ADDRESSES_NAMED) tally.addresses.add(address);
      else tally.hasMore ||= !tally.addresses.has(address);
    },
    findings(): readonly Finding[] {
      const nowMs = clock.monotonicMs();
      forgetOld(nowMs);
      return [...tallies.values()].map((tally) => toFinding(tally, nowMs));
    },
  };
}

function toFinding({ why, sinceMs, lastMs, count, addresses, hasMore }: Tally, nowMs: number): Finding {
  const from = `${[...addresses].join(', ')}${hasMore ? ' and others' : ''}`;
  const [since, last] = [sinceMs, lastMs].map((atMs) => tellAge(nowMs - atMs));
  const connections = count === 1 ? '1 connection was' : `${count} connections were`;
  return {
    subject: 'agents',
    sentence: `${connections} turned away in ${since}, the last ${last} ago, from ${from}. They were told: ${why.sentence}.`,
    hint:
      why.setting === null
        ? 'They come back by themselves. Should it last, read the agent’s log in the guests that come from there.'
        : `If these are your guests, give trimtab serve a higher --${why.setting}. Else keep them from the agents’ port.`,
  };
}

function tellAge(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
