import type { TrimId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../../link/guest-links.ts';
import type { GuestId } from '../../../model/guest-id.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { TrimsStore } from '../../../ports/store/trims.ts';
import { ANSWER_TIMEOUT_MS } from '../trim-model.ts';
import { connectionEnded, startedAnew } from './absence-faults.ts';
import { createAwaitGuests } from './await-guests.ts';
import { createLostTrims, type LostTrimsDeps } from './lost-trims.ts';
import { createNeverBegun, type WithdrawGrant } from './never-begun.ts';
import type { OpenJobs } from './open-jobs.ts';
import { createRetries } from './retries.ts';
import { createUntoldTrims } from './untold-trims.ts';

/**
 * Between two checks of a QEMU whose guest is away: one that is killed closes its connections some moments before it is
 * gone.
 */
export const CHECK_MS = 2_000;

/** An agent whose connection broke makes another within two seconds, if it lives and the host can be reached. */
export const BLINK_MS = 4_000;

/**
 * A trim that could not be concluded is tried again then, once nobody waits for word of its guest any more, or it is
 * back.
 */
export const RETRY_MS = 60_000;

export interface AbsencesDeps extends LostTrimsDeps {
  readonly clock: Pick<Clock, 'after' | 'monotonicMs'>;
  readonly store: LostTrimsDeps['store'] & Pick<TrimsStore, 'findTrim'>;
  readonly openJobs: OpenJobs;
  isHere(guestId: GuestId): boolean;
  readonly withdraw: WithdrawGrant;
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
  const { clock, openJobs } = deps;
  const lostTrims = createLostTrims(deps);
  const absences = new Map<GuestId, Absence>();
  const retries = createRetries<GuestId>({ clock, afterMs: RETRY_MS });
  const untold = createUntoldTrims({ ...deps, lostTrims, afterMs: RETRY_MS });
  const isAway = (guestId: GuestId) => !deps.isHere(guestId) && !absences.has(guestId);
  const awaitGuest = async (guestId: GuestId) => (isAway(guestId) ? begin(guestId, UNKNOWN) : undefined);
  const restart = createAwaitGuests({ ...deps, untold, awaitGuest, afterMs: RETRY_MS });
  const neverBegun = createNeverBegun(deps);
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
    retries.callOff(guestId);
    neverBegun.callOff(guestId);
    return absence?.bootId ?? null;
  }

  async function check(guestId: GuestId, absence: Absence): Promise<void> {
    const isStill = () => absences.get(guestId) === absence;
    const isPatient = () => clock.monotonicMs() - absence.sinceMs < absence.patienceMs;
    const nextMs = await checkOnce({ deps, lostTrims, guestId, isStill, isPatient });
    if (!isStill()) return;
    if (nextMs === null) absences.delete(guestId);
    else absence.stop = clock.after(nextMs, () => void check(guestId, absence));
  }

  return {
    left: ({ id, identity }: ConnectedGuest) => begin(id, { bootId: identity.bootId, patienceMs: BLINK_MS }),
    /** Its agent says hello. */
    async came(guest: ConnectedGuest): Promise<void> {
      const { id, identity, contested } = guest;
      const waiting = openJobs.ofGuest(id);
      const [was, is] = [end(id), identity.bootId];
      // Two guests that say they are one take turns: neither was started anew.
      const isSameBoot = was === null || was === is;
      if (contested === null && isSameBoot && !isStopped) openJobs.askAgain(guest);
      if (contested !== null || is === null) return openJobs.listen(waiting);
      const loseOthers = () => lostTrims.loseOthers({ guestId: id, bootId: is, isStill: () => !isStopped });
      const listening = isStopped ? null : neverBegun.came(guest);
      const { failed, own } = await loseOthers();
      if (failed.size > 0) retries.later(id, async () => (await loseOthers()).failed.size === 0);
      const silent = listening === null ? [] : neverBegun.listen(listening, own);
      const listened = new Set<TrimId | null>(silent.map((mark) => mark.id));
      if (isSameBoot) return openJobs.listen(waiting.filter(({ trimId }) => !listened.has(trimId)));
      // Of a trim that could not be concluded nobody can say that it never began.
      openJobs.listen(waiting.filter(({ trimId }) => failed.has(trimId)));
      const others = waiting.filter(({ trimId }) => !failed.has(trimId));
      await openJobs.end(others, startedAnew);
    },
    /** A sign of life of a trim. */
    heard: neverBegun.heard,
    isStopped: () => isStopped,
    /** The collector ends, and with it every connection: no guest has left. */
    stop(): void {
      isStopped = true;
      retries.stop();
      restart.stop();
      neverBegun.stop();
      for (const guestId of [...absences.keys()]) end(guestId);
    },
    /**
     * After a restart of the collector, once guests can connect: they come back by and by, and some went meanwhile.
     * Resolves when each of those that are away was checked once, which takes long where something was lost.
     */
    awaitGuests: restart.awaitGuests,
  };
}

/** Of a guest that was away when this collector began. */
const UNKNOWN = { bootId: null, patienceMs: ANSWER_TIMEOUT_MS };

/** After how long it is to be checked again; null where nothing waits for it any more. */
async function checkOnce({
  deps: { openJobs, log },
  lostTrims,
  guestId,
  isStill,
  isPatient,
}: {
  deps: AbsencesDeps;
  lostTrims: ReturnType<typeof createLostTrims>;
  guestId: GuestId;
  isStill(): boolean;
  isPatient(): boolean;
}): Promise<number | null> {
  try {
    const { running, failed } = await lostTrims.loseEnded(guestId, isStill);
    if (!isStill()) return null;
    if (!isPatient()) await openJobs.end(openJobs.ofGuest(guestId), connectionEnded);
    if (failed > 0 && !isPatient()) return RETRY_MS;
    return running > 0 || failed > 0 || openJobs.ofGuest(guestId).length > 0 ? CHECK_MS : null;
  } catch (error) {
    if (isStill()) log.error({ guestId, reason: toReason(error) }, 'what became of a guest could not be told');
    // Where the store fails, something may wait.
    return CHECK_MS;
  }
}
