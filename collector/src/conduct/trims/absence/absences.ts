import { toCause } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../../link/guest-links.ts';
import type { GuestId } from '../../../model/guest-id.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { HostProcesses } from '../../../ports/host-processes.ts';
import type { Log } from '../../../ports/log.ts';
import type { OpenTrim, OpenTrimsStore } from '../../../ports/store/open-trims.ts';
import { ANSWER_TIMEOUT_MS, type HowLost } from '../trim-model.ts';
import { connectionEnded, startedAnew } from './absence-faults.ts';
import type { OpenJobs } from './open-jobs.ts';

/**
 * Between two checks of a QEMU whose guest is away: one that is killed closes its connections some moments before it is
 * gone.
 */
export const CHECK_MS = 2_000;

/** An agent whose connection broke makes another within two seconds, if it lives and the host can be reached. */
export const BLINK_MS = 4_000;

export interface AbsencesDeps {
  readonly clock: Pick<Clock, 'after' | 'monotonicMs'>;
  readonly log: Log;
  readonly store: Pick<OpenTrimsStore, 'openTrims'>;
  readonly processes: Pick<HostProcesses, 'runs'>;
  readonly openJobs: OpenJobs;
  /** Concludes and stores what is known of a trim whose guest is gone. */
  lose(lost: { readonly open: OpenTrim; readonly how: HowLost }): Promise<void>;
}

/** A guest that is not connected, while something waits for it. */
interface Absence {
  /** What it was when it left; null if unknown. */
  readonly bootId: string | null;
  readonly sinceMs: number;
  /** How long those who wait for it wait on. */
  readonly patienceMs: number;
  stop(): void;
}

/**
 * The guest is the third thing that can die. What its absence means for its trims is told as soon as it is known: its
 * QEMU has ended, or it comes back as another boot, and then it will not go on; or nobody knows, and then nobody need
 * wait in silence.
 */
export function createAbsences(deps: AbsencesDeps) {
  const { clock, log, store, processes, openJobs } = deps;
  const absences = new Map<GuestId, Absence>();

  let isStopped = false;

  async function begin(guestId: GuestId, begun: Pick<Absence, 'bootId' | 'patienceMs'>): Promise<void> {
    end(guestId);
    if (isStopped) return;
    const absence: Absence = { ...begun, sinceMs: clock.monotonicMs(), stop: () => {} };
    absences.set(guestId, absence);
    await check(guestId, absence);
  }

  /** Who it was when it left; null when it was not away, or that is not known. */
  function end(guestId: GuestId): string | null {
    const absence = absences.get(guestId);
    absence?.stop();
    absences.delete(guestId);
    return absence?.bootId ?? null;
  }

  async function check(guestId: GuestId, absence: Absence): Promise<void> {
    try {
      await loseEnded(guestId);
      if (absences.get(guestId) !== absence) return;
      if (clock.monotonicMs() - absence.sinceMs >= absence.patienceMs)
        await openJobs.end(openJobs.ofGuest(guestId), connectionEnded);
    } catch (error) {
      log.error({ guestId, reason: toCause(error) }, 'what became of a guest could not be told');
    }
    const goesOn = await isAwaited(guestId);
    if (!goesOn || absences.get(guestId) !== absence) return;
    absence.stop = clock.after(CHECK_MS, () => void check(guestId, absence));
  }

  async function loseEnded(guestId: GuestId): Promise<void> {
    for (const open of await store.openTrims(guestId))
      if (open.process !== null && !(await processes.runs(open.process))) await deps.lose({ open, how: 'qemu-ended' });
  }

  /** Where the store fails, it may be. */
  async function isAwaited(guestId: GuestId): Promise<boolean> {
    if (openJobs.ofGuest(guestId).length > 0) return true;
    const open = await store.openTrims(guestId).catch(() => null);
    return open === null || open.some(({ process }) => process !== null);
  }

  return {
    left: ({ id, identity }: ConnectedGuest) => begin(id, { bootId: identity.bootId, patienceMs: BLINK_MS }),
    /** Its agent says hello. */
    async came({ id, identity, contested }: ConnectedGuest): Promise<void> {
      const waiting = openJobs.ofGuest(id);
      const [was, is] = [end(id), identity.bootId];
      // Two guests that say they are one take turns: neither was started anew.
      if (contested !== null || is === null) return openJobs.listen(waiting);
      for (const open of await store.openTrims(id))
        if (open.bootId !== null && open.bootId !== is) await deps.lose({ open, how: 'started-anew' });
      if (was !== null && was !== is) await openJobs.end(waiting, startedAnew);
      else openJobs.listen(waiting);
    },
    /** The collector ends, and with it every connection: no guest has left. */
    stop(): void {
      isStopped = true;
      for (const guestId of [...absences.keys()]) end(guestId);
    },
    /** After a restart of the collector: guests come back by and by, and some went meanwhile. */
    async resume(): Promise<void> {
      const awaited = [...(await store.openTrims(null)), ...openJobs.all()].map(({ guestId }) => guestId);
      const patience = { bootId: null, patienceMs: ANSWER_TIMEOUT_MS };
      await Promise.all([...new Set(awaited)].map((guestId) => begin(guestId, patience)));
    },
  };
}
