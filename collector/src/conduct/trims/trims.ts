import type { Intent, Inventory, Progress, RequestId, Started, TrimId, TrimReport } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import type { Slots } from '../../coordinate/slots.ts';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store/store.ts';
import type { Sampler } from '../measure/sampler.ts';
import { freshenInventories } from '../survey/fresh-inventories.ts';
import { ANSWER_TIMEOUT_MS } from '../survey/guest-faults.ts';
import type { Survey } from '../survey/survey.ts';
import { concludeTrim } from './conclude-trim.ts';
import type { Cures } from './cures.ts';
import { disksBelow, onlyAnnounced } from './disks-below.ts';
import { createLiveTrims } from './live-trims.ts';
import type { Requests } from './requests.ts';

export interface TrimsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly survey: Survey;
  readonly sampler: Sampler;
  readonly slots: Slots;
  readonly requests: Requests;
  readonly cures: Cures;
  readonly links: Pick<GuestLinks, 'guests' | 'send'>;
}

/** Of a guest: older ones say nothing of its path today. */
const TRIMS_LOOKED_AT = 20;

const STALE_INVENTORY_MS = 5_000;

/**
 * The host's half of every trim, in order: intent → slot → samples → grant → … → report → samples → verdict → stored →
 * acknowledged. What could not be measured is said in the result and holds nothing up. A store that fails rejects: the
 * guest's session then ends, and it comes again with what was not acknowledged.
 */
export function createTrims(deps: TrimsDeps) {
  const { clock, log, store, survey, requests, cures, slots } = deps;
  const { send } = deps.links;
  const live = createLiveTrims(deps.clock);
  /** The reports of a guest are concluded one after the other; a copy of one finds it stored. */
  const oneAtATime = createOneAtATime<GuestId>();

  async function intended(guest: ConnectedGuest, { trimId, requestId, trigger, mounts }: Intent): Promise<void> {
    const trim = live.begin(trimId, guest.id);
    if (requestId !== null) requests.tie(requestId, trimId, guest.id);
    requests.addToTrim(trimId, { event: 'intended', trimId, mounts });
    if (requests.isCancelled(trimId)) send(guest.id, { type: 'cancel', trimId, reason: 'cancelled from the host' });
    trim.paths = await findPaths(guest, disksBelow(guest, mounts));
    const pools = trim.paths.flatMap(({ image }) => image?.pool ?? []);
    const askedMs = clock.monotonicMs();
    // Each wait below may outlast the trim: cancelled, reported, given up, or the guest gone.
    const hold = await slots.acquire(pools, trim.signal).catch(() => null);
    if (hold === null) return;
    trim.hold = hold;
    const waitedMs = clock.monotonicMs() - askedMs;
    if (trim.signal.aborted) {
      hold.release();
      return;
    }
    trim.inventory = await inventoryNow(guest, waitedMs);
    const { samples } = await deps.sampler.now(trim.paths);
    if (trim.signal.aborted) return;
    await store.openTrim({ id: trimId, guestId: guest.id, trigger, grantedAt: deps.clock.now(), before: samples });
    if (trim.signal.aborted) return;
    live.renew(trimId);
    send(guest.id, { type: 'grant', trimId });
    const images = trim.paths.flatMap(({ image }) => (image === null ? [] : [image.path]));
    requests.addToTrim(trimId, { event: 'granted', trimId, images });
    log.info({ guest: guest.name, trimId, trigger, mounts, images }, 'trim granted');
  }

  /** How full the guest is when the trim begins: it said so before it asked, and may have waited for a slot since. */
  async function inventoryNow(guest: ConnectedGuest, waitedMs: number): Promise<Inventory | null> {
    if (waitedMs > STALE_INVENTORY_MS) await freshenInventories(deps, [guest]);
    return deps.links.guests().find(({ id }) => id === guest.id)?.inventory ?? guest.inventory;
  }

  function reported(guest: ConnectedGuest, report: TrimReport): Promise<void> {
    return oneAtATime(guest.id, () => take(guest, report));
  }

  async function take(guest: ConnectedGuest, report: TrimReport): Promise<void> {
    try {
      const known = await store.findTrim(report.id);
      const result = known ?? (await conclude(guest, report));
      send(guest.id, { type: 'acknowledged', trimId: report.id });
      if (known === null && startCure(guest, report, result)) return;
      const told = cures.conclude(guest, report, result);
      requests.addToTrim(report.id, { event: 'finished', trimId: told.id, result: told });
    } finally {
      live.end(report.id);
    }
  }

  /** True when the guest was asked to discard everything again: then whoever watches waits for that. */
  function startCure(guest: ConnectedGuest, report: TrimReport, result: TrimResult): boolean {
    const cure = cures.begin(guest, report, result);
    if (cure === null) return false;
    const { requestId, mounts } = cure;
    log.info(
      { guest: guest.name, trimId: report.id, mounts },
      'ext4 holds back what it trimmed in vain: trimming again',
    );
    requests.again(requestId, { event: 'again', trimId: report.id, mounts });
    clock.after(ANSWER_TIMEOUT_MS, () => {
      if (!requests.isTied(requestId)) giveUpCure(requestId, guest.id);
    });
    return true;
  }

  /** False when the request cures nothing. */
  function giveUpCure(requestId: RequestId, guestId: GuestId): boolean {
    const result = cures.giveUp(requestId, guestId);
    if (result !== null) requests.finish(requestId, result);
    return result !== null;
  }

  async function conclude(guest: ConnectedGuest, report: TrimReport): Promise<TrimResult> {
    // A late report of a request whose intent this collector never saw still answers it.
    if (report.requestId !== null) requests.tie(report.requestId, report.id, guest.id);
    requests.addToTrim(report.id, { event: 'settling', trimId: report.id });
    const trim = live.find(report.id);
    const disks = onlyAnnounced(guest, report);
    const paths = trim !== null && trim.paths.length > 0 ? trim.paths : await findPaths(guest, disks);
    const open = await store.findOpenTrim(report.id);
    const before = open?.guestId === guest.id ? open.before : null;
    const poolShared = trim?.hold?.wasShared() ?? true;
    const { bootId } = guest.identity;
    const earlier = await store.history({ guestId: guest.id, limit: TRIMS_LOOKED_AT });
    const inventory = trim?.inventory ?? guest.inventory;
    const seen = { guest: guest.name, inventory, report, disks, paths, before, poolShared, earlier, bootId };
    const result = await concludeTrim({ ...deps, ...seen });
    const stored = await store.closeTrim({ guestId: guest.id, report, result, storedAt: deps.clock.now() });
    const verdicts = stored.disks.map(({ device, verdict, hops }) => ({
      device,
      verdict,
      reclaimedBytes: hops.reclaimedBytes,
    }));
    log.info({ guest: guest.name, trimId: report.id, verdicts }, 'trim concluded');
    return stored;
  }

  async function findPaths(guest: ConnectedGuest, disks: readonly string[]): Promise<DiskPath[]> {
    if (guest.inventory === null) return [];
    try {
      return await survey.findPaths({
        guest: { ...guest, inventory: guest.inventory },
        disks,
        mayTaint: true,
      });
    } catch (error) {
      log.error({ guest: guest.name, reason: toCause(error) }, 'the host could not be read');
      return [];
    }
  }

  return {
    intended,
    reported,
    started({ trimId }: Started): void {
      live.renew(trimId);
      requests.addToTrim(trimId, { event: 'started', trimId });
    },
    progressed({ type: _, ...progress }: Progress): void {
      live.renew(progress.trimId);
      requests.addToTrim(progress.trimId, { event: 'progress', ...progress });
    },
    /** The guest could not go on with a trim that it intended; no report will come. */
    gaveUp(guestId: GuestId, trimId: TrimId): void {
      if (live.find(trimId)?.guestId === guestId) live.end(trimId);
    },
    /** The guest says no to a request; true when that was for a cure, whose first result then stands. */
    refusedCure: (about: TrimId | RequestId, guestId: GuestId) => giveUpCure(requests.requestOf(about), guestId),
    /** A guest that went away must not keep others of its pools waiting; its trim may go on all the same. */
    guestLeft(guestId: GuestId): void {
      live.endAllOf(guestId);
      for (const { requestId, result } of cures.giveUpAllOf(guestId)) requests.finish(requestId, result);
    },
  };
}

export type Trims = ReturnType<typeof createTrims>;
