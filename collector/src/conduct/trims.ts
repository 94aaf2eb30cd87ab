import type { Intent, Progress, Started, TrimReport } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { Release, Slots } from '../coordinate/slots.ts';
import type { ConnectedGuest, GuestLinks } from '../link/guest-links.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { concludeTrim } from './conclude-trim.ts';
import type { Requests } from './requests.ts';
import { type SampleDeps, sampleNow } from './sample-disks.ts';
import type { DiskPath, Survey } from './survey.ts';

export interface TrimsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly survey: Survey;
  readonly sampling: SampleDeps;
  readonly slots: Slots;
  readonly requests: Requests;
  readonly settleLimitMs: number;
  send: GuestLinks['send'];
}

/** A trim between intent and acknowledgement, on this run of the collector. */
interface LiveTrim {
  readonly guestId: string;
  readonly abort: AbortController;
  paths: readonly DiskPath[];
  release: Release;
}

/**
 * The host's half of every trim, in order: intent → slot → samples → grant → … → report → samples → verdict → stored →
 * acknowledged. Whatever goes wrong on the host, the guest gets its grant and its acknowledgement; what could not be
 * measured is said in the result.
 */
export function createTrims(deps: TrimsDeps) {
  const { log, store, survey, requests, slots, send } = deps;
  const live = new Map<string, LiveTrim>();
  /** Reports being concluded; a copy that comes meanwhile is answered when the first one is. */
  const concluding = new Set<string>();

  async function intended(guest: ConnectedGuest, { trimId, requestId, trigger, mounts }: Intent): Promise<void> {
    // One trim at a time in a guest: a second intent means that the first has ended without a report.
    drop(guest.id);
    if (requestId !== null) requests.tie(requestId, trimId, guest.id);
    requests.addToTrim(trimId, { event: 'intended', trimId, mounts });
    const trim: LiveTrim = { guestId: guest.id, abort: new AbortController(), paths: [], release: () => {} };
    live.set(trimId, trim);
    trim.paths = await findPaths(guest, disksBelow(guest, mounts));
    const pools = trim.paths.flatMap(({ image }) => (image === null ? [] : [image.pool]));
    try {
      trim.release = await slots.acquire(pools, trim.abort.signal);
    } catch {
      // The guest went away while it waited; it will ask again, or trim without a grant.
      return;
    }
    if (trim.abort.signal.aborted) {
      trim.release();
      return;
    }
    const { samples } = await sampleNow(deps.sampling, trim.paths);
    await store.openTrim({ id: trimId, guestId: guest.id, trigger, grantedAt: deps.clock.now(), before: samples });
    send(guest.id, { type: 'grant', trimId });
    const images = trim.paths.flatMap(({ image }) => (image === null ? [] : [image.path]));
    requests.addToTrim(trimId, { event: 'granted', trimId, images });
    log.info({ guest: guest.name, trimId, trigger, mounts, images }, 'trim granted');
  }

  async function reported(guest: ConnectedGuest, report: TrimReport): Promise<void> {
    if (concluding.has(report.id)) return;
    concluding.add(report.id);
    try {
      const result = (await store.findTrim(report.id)) ?? (await conclude(guest, report));
      send(guest.id, { type: 'acknowledged', trimId: report.id });
      requests.addToTrim(report.id, { event: 'finished', trimId: report.id, result });
    } finally {
      concluding.delete(report.id);
      live.get(report.id)?.release();
      live.delete(report.id);
    }
  }

  async function conclude(guest: ConnectedGuest, report: TrimReport) {
    // A late report of a request whose intent this collector never saw still answers it.
    if (report.requestId !== null) requests.tie(report.requestId, report.id, guest.id);
    requests.addToTrim(report.id, { event: 'settling', trimId: report.id });
    const disks = [...new Set(report.filesystems.flatMap((filesystem) => filesystem.disks))];
    const known = live.get(report.id)?.paths ?? [];
    const paths = known.length > 0 ? known : await findPaths(guest, disks);
    const open = await store.findOpenTrim(report.id);
    const before = open?.guestId === guest.id ? open.before : null;
    const result = await concludeTrim({ ...deps, guest: guest.name, report, disks, paths, before });
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
      return await survey.findPaths({ identity: guest.identity, inventory: guest.inventory }, disks);
    } catch (error) {
      log.error({ guest: guest.name, reason: toCause(error) }, 'the host could not be read');
      return [];
    }
  }

  return {
    intended,
    reported,
    started: ({ trimId }: Started) => requests.addToTrim(trimId, { event: 'started', trimId }),
    progressed: ({ type: _, ...progress }: Progress) =>
      requests.addToTrim(progress.trimId, { event: 'progress', ...progress }),
    /** A guest that went away must not keep others of its pool waiting; its trim may go on all the same. */
    guestLeft: drop,
  };

  function drop(guestId: string): void {
    for (const [trimId, trim] of live) {
      if (trim.guestId !== guestId) continue;
      trim.abort.abort();
      trim.release();
      live.delete(trimId);
    }
  }
}

export type Trims = ReturnType<typeof createTrims>;

/** The whole disks below these mounts, by kernel name, following the layers the guest announced. */
function disksBelow({ inventory }: ConnectedGuest, mounts: readonly string[]): string[] {
  if (inventory === null) return [];
  const below = new Map(inventory.layers.map((layer) => [layer.name, layer.below]));
  const disks = new Set(inventory.disks.map(({ name }) => name));
  const seen = new Set<string>();
  const open = inventory.filesystems.filter(({ mount }) => mounts.includes(mount)).flatMap(({ devices }) => devices);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(below.get(name) ?? []));
  }
  return [...seen].filter((name) => disks.has(name));
}
