import type { Inventory } from '@trimtab/protocol';
import type { Company, PoolWatch } from '../../../coordinate/pool-company.ts';
import type { Slots } from '../../../coordinate/slots.ts';
import { TRIMS_READ } from '../../../diagnose/past-trims.ts';
import { type ConnectedGuest, insideOf } from '../../../link/guest-links.ts';
import { type DiskPath, poolsOf } from '../../../model/disk-path.ts';
import type { GuestId } from '../../../model/guest-id.ts';
import type { Inside } from '../../../model/guest-inside.ts';
import type { RepairOutlook } from '../../../model/repair.ts';
import type { DiskSample, Sampled } from '../../../model/sample.ts';
import type { TrimAccount } from '../../../model/trim-account.ts';
import type { PastTrim } from '../../../model/trim-summary.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { OpenTrimsStore } from '../../../ports/store/open-trims.ts';
import type { TrimsStore } from '../../../ports/store/trims.ts';
import type { ReadOutlooks } from '../../measure/repair-outlooks.ts';
import type { Sampler } from '../../measure/sampler.ts';
import { onlyAnnounced } from '../disks-below.ts';
import type { FindTrimPaths } from '../find-trim-paths.ts';
import type { HowLost } from '../trim-model.ts';
import type { HostTimes } from './believe-times.ts';
import { bootOfTrim } from './boot-of-trim.ts';

/**
 * The pools on which another trim ran, or may have, while this one had its slot. Null: nobody watched, since its slot
 * was given back before its end, or ended with an earlier run of the collector.
 */
export type SharedPools = ReadonlyMap<string, Company> | null;

/** All that a conclusion rests on: what the guest reported, and what the host saw before and after. */
export interface Gathered {
  readonly report: TrimAccount;
  /** How its guest was lost, where `report` stands in the place of the guest's own; else null. */
  readonly lost: HowLost | null;
  /** Who carried it out. */
  readonly inside: Inside;
  readonly guestId: GuestId;
  /** The guest's name on this host. */
  readonly guest: string;
  readonly bootId: string | null;
  readonly times: HostTimes;
  /** As the guest announced it before this trim; null when it has not. */
  readonly inventory: Inventory | null;
  /** The whole disks of the report, as far as the guest has ever announced them. */
  readonly devices: readonly string[];
  readonly paths: readonly DiskPath[];
  /** The samples taken before the grant; null when the host did not grant this trim. */
  readonly before: Readonly<Record<string, DiskSample>> | null;
  readonly after: Sampled;
  readonly sharedPools: SharedPools;
  /** Stored trims of this guest, the newest first. */
  readonly earlier: readonly PastTrim[];
  /** By device. */
  readonly outlooks: ReadonlyMap<string, RepairOutlook>;
}

export interface GatherDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<OpenTrimsStore & TrimsStore, 'findOpenTrim' | 'earlierTrims'>;
  readonly sampler: Pick<Sampler, 'settled' | 'asFound'>;
  readonly slots: Pick<Slots, 'mayHavePassedBy'>;
  readonly findPaths: FindTrimPaths;
  readonly readOutlooks: ReadOutlooks;
}

/** A trim whose report is here. */
export interface ReportedTrim {
  readonly guest: ConnectedGuest;
  readonly report: TrimAccount;
  /** As they were found before it began; null when nobody searched. */
  readonly paths: readonly DiskPath[] | null;
  /** What the guest announced just before it began; null when it was not asked then. */
  readonly inventory: Inventory | null;
  /** So far. */
  sharedPools(): SharedPools;
  /** Its pools are watched on when its slot is given back; null where nobody watched them. */
  watchOn(): PoolWatch | null;
}

/** Waits until the host's numbers have come to rest, and puts together what is known. */
export async function gather(deps: GatherDeps, trim: ReportedTrim): Promise<Gathered> {
  const { guest, report } = trim;
  const reportedAt = deps.clock.now();
  const wasWatched = trim.sharedPools() !== null;
  const devices = onlyAnnounced(guest, report);
  const open = await deps.store.findOpenTrim({ guestId: guest.id, id: report.id });
  // What a lost trim did was measured when the guest was lost; since then, the image may have grown again.
  const wasMeasured = open !== null && open.after !== null;
  const known = (wasMeasured ? open.paths : trim.paths) ?? [];
  // Of a trim that nobody granted nothing was measured before: its verdict says so, whatever stands behind the disk, and
  // a guest that tells of hundreds does not have the host read for each.
  const asOf = open === null ? 'lately' : 'now';
  const paths = known.length > 0 ? known : await deps.findPaths({ guest, disks: devices, asOf });
  if (!wasWatched) deps.slots.mayHavePassedBy(poolsOf(paths));
  const earlier = await deps.store.earlierTrims({ guestId: guest.id, limit: TRIMS_READ });
  const after = wasMeasured
    ? { ...open.after, commit: null }
    : await (open === null && paths !== known ? deps.sampler.asFound(paths) : deps.sampler.settled(paths));
  return {
    report,
    lost: null,
    inside: insideOf(guest),
    guestId: guest.id,
    guest: guest.name,
    bootId: (open === null ? null : bootOfTrim(open)) ?? guest.identity.bootId,
    times: { grantedAt: open?.grantedAt ?? null, reportedAt },
    inventory: trim.inventory ?? guest.inventory,
    devices,
    paths,
    before: open?.before ?? null,
    after,
    sharedPools: trim.sharedPools(),
    earlier,
    outlooks: await deps.readOutlooks(paths.filter(({ match }) => devices.includes(match.disk.name))),
  };
}
