import { toReason } from '@trimtab/protocol/shared';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { listKnownGuests } from './known-guests.ts';
import type { Survey } from './survey.ts';

/** A ring that nobody heard, since the guest booted or its last visit was ending, is heard the next time. */
export const RING_EVERY_MS = 20_000;

/**
 * Rings for the guests that something waits for, where they have a channel to their host: who waits at its other end
 * starts a visit (PROTOCOL.md, [P12]).
 */
export function createRinger({
  clock,
  log,
  store,
  survey,
  awaited,
  ring,
}: {
  clock: Pick<Clock, 'after'>;
  log: Log;
  store: Pick<GuestsStore, 'findGuests'>;
  survey: Pick<Survey, 'read'>;
  /** The guests that visit, are not there, and are to be asked for something. */
  awaited: () => readonly GuestId[];
  /** Nothing where the domain has no channel, or an agent speaks on it. */
  ring: (domainKey: string) => void;
}) {
  let stop = () => {};

  async function ringNow(): Promise<void> {
    const wanted = awaited();
    if (wanted.length === 0) return;
    try {
      const [host, records] = await Promise.all([survey.read(), store.findGuests(wanted)]);
      for (const { record, domain } of listKnownGuests({ host, records, connected: [] }))
        if (record !== null && domain?.agentChannel !== undefined && domain.isRunning !== false) ring(domain.key);
    } catch (error) {
      log.error({ reason: toReason(error) }, 'guests that are waited for could not be rung for');
    }
  }

  function arm(): void {
    stop = clock.after(RING_EVERY_MS, () => {
      arm();
      void ringNow();
    });
  }

  return { ringNow, start: arm, stop: () => stop() };
}

export type Ringer = ReturnType<typeof createRinger>;
