import type { GuestLinks } from '../../link/guest-links.ts';
import type { DoctorView } from '../../model/doctor.ts';
import type { PoolState } from '../../model/pool.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HostProcesses } from '../../ports/host-processes.ts';
import type { Store } from '../../ports/store/store.ts';
import type { ReadOutlooks } from '../measure/repair-outlooks.ts';
import type { Sampler } from '../measure/sampler.ts';
import { freshenInventories } from '../survey/fresh-inventories.ts';
import type { QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import type { Survey } from '../survey/survey.ts';
import { sortByWins } from './biggest-wins.ts';
import { measureEstimates } from './estimate-error.ts';
import { type ExaminedGuest, examineGuest } from './examine-guest.ts';
import { findFillable } from './fillable-pools.ts';
import { listConnected, listPatients } from './patients.ts';

export interface DoctorDeps {
  readonly clock: Clock;
  readonly store: Pick<Store, 'guests' | 'keys' | 'earlierTrims' | 'findTrim'>;
  readonly survey: Pick<Survey, 'read' | 'readAll' | 'pathsIn'>;
  readonly links: Pick<GuestLinks, 'guests' | 'find' | 'send'>;
  /** One that never taints: an examination leaves no trace. */
  readonly sampler: Pick<Sampler, 'now'>;
  readonly readOutlooks: ReadOutlooks;
  readonly qemuGaGuests: Pick<QemuGaGuests, 'ask'>;
  readonly processes: Pick<HostProcesses, 'markOf'>;
  /** Of the pools what was sampled last will do. */
  readPools(): Promise<readonly PoolState[]>;
}

/** Each may be a connection, and a process an image: the host goes on with its work meanwhile. */
export const GUESTS_AT_ONCE = 8;

/** Reads everything of one guest (by name or id) or of all, and changes nothing. Throws `unknown-guest`. */
export async function examine(deps: DoctorDeps, wanted: string | null): Promise<DoctorView> {
  const { clock, survey } = deps;
  await freshenInventories(deps, await listConnected(deps, wanted));
  const reading = await survey.readAll();
  const patients = await listPatients(deps, { reading, wanted });
  const examined: ExaminedGuest[] = [];
  for (let at = 0; at < patients.length; at += GUESTS_AT_ONCE) {
    const some = patients.slice(at, at + GUESTS_AT_ONCE);
    examined.push(...(await Promise.all(some.map((patient) => examineGuest(deps, patient)))));
  }
  const guests = sortByWins(examined.map(({ guest }) => guest));
  const disks = guests.flatMap((guest) => guest.disks);
  return {
    takenAt: new Date(clock.now()).toISOString(),
    guests,
    sum: {
      nowBytes: sum(disks.map(({ nowBytes }) => nowBytes)),
      afterFixesBytes: sum(disks.map(({ afterFixesBytes }) => afterFixesBytes)),
      unknownDisks: disks.filter(({ image, nowBytes }) => image !== null && nowBytes === null).length,
    },
    fillable: wanted === null ? findFillable(await deps.readPools()) : [],
    estimateError: measureEstimates(examined.flatMap(({ trims }) => trims)),
    sources: reading.host.sources,
    findings: wanted === null ? reading.host.findings : [],
  };
}

/** Of what is known; null where nothing is. */
function sum(sizes: readonly (number | null)[]): number | null {
  const known = sizes.filter((bytes) => bytes !== null);
  return known.length === 0 ? null : known.reduce((total, bytes) => total + bytes, 0);
}
