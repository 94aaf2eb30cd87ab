import type { Intent, RequestId, Started, TrimId } from '@trimtab/protocol';
import { createFewAtOnce } from '../../coordinate/few-at-once.ts';
import { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import { createTogether } from '../../coordinate/together.ts';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { TrimAccount } from '../../model/trim-account.ts';
import { watchAbsences } from './absence/watch-absences.ts';
import { createAskedTrims } from './asked-trims.ts';
import { createComings } from './comings.ts';
import { CONCLUDED_AT_ONCE } from './conclude/take-report.ts';
import { createTrimFinder } from './find-trim.ts';
import { inOrder } from './in-order.ts';
import { createLiveTrims, type LiveTrim } from './live-trims.ts';
import { createRefusals } from './refusal.ts';
import { createReportQueue } from './report-queue.ts';
import { createRunTrim, type RunTrimDeps } from './run-trim.ts';
import type { TrimInput, TrimProgress } from './trim-model.ts';
import { createUntold } from './untold.ts';

/** Reports of strangers, however many of them send: the trims of those whom this host knows wait for few of them. */
export const STRANGERS_AT_ONCE = 8;

/** An agent's message, or what the host saw in its place. */
type Told = TrimProgress & { readonly trimId: TrimId; readonly type: 'progress' };

export interface TrimsDeps extends Omit<RunTrimDeps, 'live' | 'together'> {
  /** Calls a little later: what is to be stored together has come by then. */
  later(call: () => void): void;
}

/**
 * The host's half of every trim: what guests and people say, handed to the machine of the trim that it is about
 * (trim-state.ts tells the order). Each promise rejects when the store failed: the guest's session then ends, and it
 * comes again with what was not acknowledged.
 */
export function createTrims(given: TrimsDeps) {
  const deps = { ...given, store: inOrder(given.store) };
  const { jobs } = deps;
  const live = createLiveTrims();
  const running = { ...deps, live, together: createTogether({ most: CONCLUDED_AT_ONCE, later: deps.later }) };
  const run = createRunTrim(running);
  const isHere = (guestId: GuestId) => deps.links.find(guestId) !== null;
  const asked = createAskedTrims({ ...deps, live, run, isHere });
  const { find, unseen } = createTrimFinder({ jobs, live });
  const oneAtATime = createOneAtATime<GuestId>();
  const queueReport = createReportQueue(oneAtATime);
  const fewStrangers = createFewAtOnce(STRANGERS_AT_ONCE);
  const absences = watchAbsences({ ...running, run, oneAtATime });

  /** It runs. Was it called off while its guest or this collector was away, the guest does not know of it yet. */
  async function hearSign(guest: ConnectedGuest, trimId: TrimId, input: TrimInput): Promise<void> {
    absences.heard({ guestId: guest.id, id: trimId });
    const trim = find({ guestId: guest.id, trimId });
    const isUnheard = trim.state.kind === 'unseen' && jobs.isCancelled({ guestId: guest.id, trimId });
    await run(trim, input);
    if (isUnheard) await run(trim, { kind: 'cancel-asked' });
  }

  /** The trim that it cures hears of it. */
  async function tellCured({ guestId, trimId }: LiveTrim, requestId: RequestId | null): Promise<void> {
    const cured = live.findCured({ guestId, requestId, trimId });
    if (cured !== null) await run(cured, { kind: 'cure-intended', trimId });
  }

  async function intended(guest: ConnectedGuest, { trimId, requestId, trigger, mounts }: Intent): Promise<void> {
    const guestId = guest.id;
    await absences.lossStored({ guestId, trimId });
    // It has left meanwhile, and nobody would give its slot back. It says so again when it is back.
    if (deps.links.find(guestId) === null) return;
    const cured = live.findCured({ guestId, requestId, trimId });
    const others = live.ofGuest(guestId).filter((trim) => trim !== cured);
    const trim = unseen({ guestId, trimId, requestId });
    const isCancelled = jobs.isCancelled({ guestId, trimId });
    await Promise.all([
      ...others.map((other) => run(other, { kind: 'superseded' })),
      tellCured(trim, requestId),
      run(trim, { kind: 'intended', guest, wish: { trigger, mounts, requestId }, isCancelled }),
    ]);
  }

  async function hearReport(guest: ConnectedGuest, report: TrimAccount): Promise<void> {
    const about = { guestId: guest.id, trimId: report.id, requestId: report.requestId };
    // A late report of a request whose intent this collector never saw still answers it.
    const trim = live.find(about) ?? unseen(about);
    await Promise.all([tellCured(trim, report.requestId), run(trim, { kind: 'reported', guest, report })]);
  }

  return {
    ...asked,
    watch: jobs.watch,
    intended,
    reported(guest: ConnectedGuest, report: TrimAccount): Promise<void> {
      // Before it has its turn: until then it is the only word of a trim that ended while its guest was away.
      absences.heard({ guestId: guest.id, id: report.id });
      const hear = () => hearReport(guest, report);
      return queueReport(guest.id, guest.isKnown ? hear : () => fewStrangers(hear));
    },
    started: (guest: ConnectedGuest, { trimId }: Started) => hearSign(guest, trimId, { kind: 'started' }),
    progressed: (guest: ConnectedGuest, { type: _, trimId, ...progress }: Told) =>
      hearSign(guest, trimId, { kind: 'progressed', progress }),
    ...createRefusals({ jobs, live, run, find }),
    untold: createUntold({ store: deps.store, oneAtATime, run, find }),
    ...createComings({ live, jobs, run, absences, asked, isHere }),
    awaitGuests: absences.awaitGuests,
    /** That its guests are cut off now says nothing of their trims: the next run takes up what is stored. */
    stop: absences.stop,
  };
}

export type Trims = ReturnType<typeof createTrims>;
