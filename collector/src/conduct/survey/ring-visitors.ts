import { toReason } from '@trimtab/protocol/shared';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { listKnownGuests } from './known-guests.ts';
import type { Survey } from './survey.ts';

/** Who is wanted is rung for within so long. */
export const RING_CHECKED_MS = 1_000;
/** A ring that nobody heard, since the guest booted or its last visit was ending, is heard the next time. */
export const RUNG_AGAIN_MS = 20_000;

/**
 * Rings for the guests that something waits for, where they have a channel to their host: who waits at its other end
 * starts a visit (PROTOCOL.md, [P12]).
 */
export function startRinging({
  clock,
  log,
  store,
  survey,
  awaited,
  ring,
}: {
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  log: Log;
  store: Pick<GuestsStore, 'findGuests'>;
  survey: Pick<Survey, 'read'>;
  /** Those that visit, are not there, and are to be asked for something. */
  awaited: () => readonly GuestId[];
  /** Nothing where the domain has no channel, or an agent speaks on it. */
  ring: (domainKey: string) => void;
}): () => void {
  const rungMs = new Map<GuestId, number>();
  let stop = () => {};

  async function ringFor(ids: readonly GuestId[]): Promise<void> {
    const [host, records] = await Promise.all([survey.read(), store.findGuests(ids)]);
    for (const { record, domain } of listKnownGuests({ host, records, connected: [] }))
      if (record !== null && domain?.agentChannel !== undefined && domain.isRunning !== false) ring(domain.key);
  }

  function check(): void {
    const wanted = new Set(awaited());
    for (const id of [...rungMs.keys()]) if (!wanted.has(id)) rungMs.delete(id);
    const nowMs = clock.monotonicMs();
    const due = [...wanted].filter((id) => nowMs - (rungMs.get(id) ?? Number.NEGATIVE_INFINITY) >= RUNG_AGAIN_MS);
    if (due.length === 0) return;
    for (const id of due) rungMs.set(id, nowMs);
    ringFor(due).catch((error) =>
      log.error({ reason: toReason(error) }, 'guests that are waited for could not be rung for'),
    );
  }

  function arm(): void {
    stop = clock.after(RING_CHECKED_MS, () => {
      arm();
      check();
    });
  }

  arm();
  return () => stop();
}
