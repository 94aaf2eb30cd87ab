import type { ConnectedGuest } from './connected-guest.ts';

/** Who was superseded comes back after 60 s at most (4409), so that two that take turns do this often. */
const TURNS = 3;
const TURNS_WITHIN_MS = 5 * 60_000;

/** The host pings every 15 s: a session that was heard since is no half-dead one, which its own agent has given up. */
const ALIVE_MS = 20_000;

export const TAKES_TURNS =
  'two agents take its session from each other: a copy of the guest runs, such as a snapshot that was resumed, or two agents run in it';

/** More are somebody who makes up guests. */
export const TAKEOVERS_REMEMBERED = 10_000;

/**
 * Tells a guest that reconnects from two that run under one identity and one boot id, as a snapshot that is resumed
 * beside its original does: each takes the session of the other, which lives.
 */
export function createTakeoverWatch() {
  /** When it happened, by a clock that never goes back. */
  const takenAt = new Map<string, readonly number[]>();
  const lately = (id: string, nowMs: number) => (takenAt.get(id) ?? []).filter((at) => nowMs - at <= TURNS_WITHIN_MS);

  return {
    /** The session of `older` is taken by `newer`. */
    took({ older, newer, nowMs }: { older: ConnectedGuest; newer: ConnectedGuest; nowMs: number }): void {
      const { bootId } = older.identity;
      const isAlive = newer.lastHeardAt - older.lastHeardAt <= ALIVE_MS;
      if (!isAlive || bootId === null || bootId !== newer.identity.bootId) return;
      const times = [...lately(newer.id, nowMs), nowMs].slice(-TURNS);
      takenAt.delete(newer.id);
      takenAt.set(newer.id, times);
      const [oldest] = takenAt.keys();
      if (takenAt.size > TAKEOVERS_REMEMBERED && oldest !== undefined) takenAt.delete(oldest);
    },
    takesTurns: (id: string, nowMs: number): boolean => lately(id, nowMs).length >= TURNS,
  };
}
