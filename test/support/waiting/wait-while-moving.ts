import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '../own-tools/error-text.ts';
import type { Movement } from './movement.ts';

/**
 * Nothing at all moves for so long only when something is stuck: a machine that is merely busy moves everything a
 * little.
 */
const STANDSTILL_MS = 120_000;
const BETWEEN_TRIES_MS = 100;
/** A test that was not let run for a while has not seen a standstill. */
const COUNTED_AT_MOST_MS = 1_000;
/** What a process said before it ended may still be on its way. */
const LAST_WORDS_MS = 1_000;

export interface Wait<Found> {
  /** What is waited for, for the message: `guest web runs commands`. */
  readonly what: string;
  /**
   * Tried again and again until it gives something. What it throws is the reason it is not there yet; `GaveUp` ends the
   * wait.
   */
  readonly find: () => Promise<Found | null> | Found | null;
  readonly movement: Movement;
  /** More for the message. */
  readonly describe?: () => string;
  readonly standstillMs?: number;
  /** Between two tries. */
  readonly betweenMs?: number;
}

/** Thrown by `find` when there is nothing to wait for any more. */
export class GaveUp extends Error {}

/**
 * Waits for as long as something moves towards it, however long that takes: a guest that still boots on a busy machine
 * is waited for, and one that stands still is not. Throws what was last seen when nothing moved for two minutes, or
 * when a gauge can move no more. The time limits of the test runner are ceilings that only a hang meets.
 */
export async function waitWhileMoving<Found>(wait: Wait<Found>): Promise<Found> {
  const { what, find, movement, describe, standstillMs = STANDSTILL_MS, betweenMs = BETWEEN_TRIES_MS } = wait;
  const seen = movement.map(() => Number.NEGATIVE_INFINITY);
  let stillMs = 0;
  let atMs = performance.now();
  let reason = '';
  let gone = '';
  for (;;) {
    try {
      const found = await find();
      if (found !== null) return found;
    } catch (error) {
      if (error instanceof GaveUp) throw error;
      reason = errorText(error);
    }
    const nowMs = performance.now();
    stillMs += Math.min(nowMs - atMs, COUNTED_AT_MOST_MS);
    atMs = nowMs;
    try {
      if (noteMovement({ movement, seen })) stillMs = 0;
    } catch (error) {
      if (gone !== '') fail(gone);
      gone = errorText(error);
      await delay(LAST_WORDS_MS);
      continue;
    }
    if (stillMs > standstillMs) fail(`nothing moved for ${Math.round(standstillMs / 1_000)} s`);
    await delay(betweenMs);
  }

  function fail(why: string): never {
    const last = movement.map((gauge, index) => `${seen[index]} ${gauge.what}`);
    const lines = [`waited in vain: ${what}: ${why}`, `Last seen: ${last.join(', ')}`, reason, describe?.() ?? ''];
    throw new Error(lines.filter((line) => line !== '').join('\n'));
  }
}

/**
 * The same for what settles by itself: it settles as `promise` does, and rejects when nothing moves towards it any
 * more.
 */
export async function settleWhileMoving<Result>(
  wait: Omit<Wait<Result>, 'find'> & { readonly promise: Promise<Result> },
): Promise<Result> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  wait.promise.then(note, note);
  const standstill = waitWhileMoving({ ...wait, find: () => (settled ? true : null) });
  // Once it is settled, it settles in this way or that; the promise itself says how.
  return Promise.race([wait.promise, standstill.then(() => wait.promise)]);
}

function noteMovement({ movement, seen }: { movement: Movement; seen: number[] }): boolean {
  let moved = false;
  for (const [index, { read, step }] of movement.entries()) {
    const value = read();
    // A fall is movement, too: children that ended take their time with them.
    if (Math.abs(value - (seen[index] ?? 0)) < step) continue;
    seen[index] = value;
    moved = true;
  }
  return moved;
}
