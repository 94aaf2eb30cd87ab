import { findGuestCauses } from '@trimtab/protocol/causes';
import { diagnoseDisk, toFinding } from '../../diagnose/diagnose-disk.ts';
import { readLeftByTrims } from '../../diagnose/left-by-trims.ts';
import { readPast, TRIMS_READ } from '../../diagnose/past-trims.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DoctorDisk, DoctorGuest } from '../../model/doctor.ts';
import type { RepairOutlook } from '../../model/repair.ts';
import type { DiskSample } from '../../model/sample.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { toDiskEvidence } from '../measure/disk-evidence.ts';
import type { ReadOutlooks } from '../measure/repair-outlooks.ts';
import type { Sampler } from '../measure/sampler.ts';
import { findLastTrims } from './last-trim.ts';
import type { Patient } from './patients.ts';

export interface ExaminationDeps {
  readonly sampler: Pick<Sampler, 'now'>;
  readonly store: Pick<TrimsStore, 'history'>;
  readonly readOutlooks: ReadOutlooks;
}

export interface ExaminedGuest {
  readonly guest: DoctorGuest;
  readonly trims: readonly TrimResult[];
}

/** What stands between the disks of one guest and their space, and the stored trims that it was told from. */
export async function examineGuest(
  { sampler, store, readOutlooks }: ExaminationDeps,
  patient: Patient,
): Promise<ExaminedGuest> {
  const { name, guestId, state, agent, connected, paths } = patient;
  const [{ samples }, outlooks, trims] = await Promise.all([
    sampler.now(paths, { withTables: true }),
    readOutlooks(paths),
    guestId === null ? [] : store.history({ guestId, limit: TRIMS_READ }),
  ]);
  const disks = paths.filter(canLoseSpace).map((path) => {
    const device = path.match.disk.name;
    const sample = Object.hasOwn(samples, device) ? samples[device] : undefined;
    return examineDisk({ patient, path, trims, sample, repair: outlooks.get(device) ?? null });
  });
  const inventory = connected?.inventory ?? null;
  const ofWholeGuest = inventory === null ? [] : findGuestCauses(inventory).filter((found) => found.disks.length === 0);
  const findings = ofWholeGuest.map(({ cause, ...found }) => toFinding(cause, found));
  return { guest: { name, state, agent, announced: inventory !== null, disks, findings }, trims };
}

function examineDisk({
  patient,
  path,
  trims,
  sample,
  repair,
}: {
  patient: Patient;
  path: DiskPath;
  trims: readonly TrimResult[];
  sample: DiskSample | undefined;
  repair: RepairOutlook | null;
}): DoctorDisk {
  const device = path.match.disk.name;
  const image = path.match.hostDisk?.image ?? null;
  const inventory = patient.connected?.inventory ?? null;
  const bootId = patient.connected?.identity.bootId ?? null;
  const evidence = toDiskEvidence({
    guest: patient.address,
    device,
    path,
    inventory,
    repair,
    covered: null,
    past: readPast(trims, { device, image, bootId }),
    leftBytes: readLeftByTrims(trims, { device, image, inventory }),
    allocationBytes: sample?.allocationBytes ?? null,
    counters: sample?.counters ?? null,
    extents: sample?.extents ?? null,
    tables: sample?.tables ?? null,
  });
  const toldAt = patient.connected?.inventoryAt ?? null;
  const named = inventory?.disks.some((disk) => disk.name === device) === true ? device : null;
  const lastTrims = findLastTrims({ trims, device: named, image, bootId });
  return {
    device: named,
    disk: path.match.hostDisk?.id ?? null,
    unmatched: path.match.why,
    useToldAt: evidence.slack === null || toldAt === null ? null : new Date(toldAt).toISOString(),
    ...diagnoseDisk(evidence, lastTrims),
  };
}

/**
 * A read-only disk gives up no space, so that none can be lost; of a loop device that is no disk of this host nothing
 * is known.
 */
function canLoseSpace({ match, domain }: DiskPath): boolean {
  if (match.hostDisk === null) return domain?.source !== 'loop-devices';
  return !match.hostDisk.readOnly;
}
