import { findGuestCauses } from '@trimtab/protocol/causes';
import { diagnoseDisk, findShown, toFinding } from '../../diagnose/diagnose-disk.ts';
import type { LastTrims } from '../../diagnose/last-trim.ts';
import { readLeftByTrims } from '../../diagnose/left-by-trims.ts';
import { readPast, TRIMS_READ } from '../../diagnose/past-trims.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DoctorDisk, DoctorGuest } from '../../model/doctor.ts';
import type { RepairOutlook } from '../../model/repair.ts';
import type { DiskSample } from '../../model/sample.ts';
import type { PastTrim } from '../../model/trim-summary.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { toDiskEvidence } from '../measure/disk-evidence.ts';
import type { ReadOutlooks } from '../measure/repair-outlooks.ts';
import type { Sampler } from '../measure/sampler.ts';
import { findLastTrims } from './last-trim.ts';
import type { Patient } from './patients.ts';

export interface ExaminationDeps {
  readonly sampler: Pick<Sampler, 'now'>;
  readonly store: Pick<TrimsStore, 'earlierTrims' | 'findTrim'>;
  readonly readOutlooks: ReadOutlooks;
}

export interface ExaminedGuest {
  readonly guest: DoctorGuest;
  readonly trims: readonly PastTrim[];
}

/** What stands between the disks of one guest and their space, and the stored trims that it was told from. */
export async function examineGuest(
  { sampler, store, readOutlooks }: ExaminationDeps,
  patient: Patient,
): Promise<ExaminedGuest> {
  const { name, guestId, state, agent, isRevoked, inside, inventory, paths } = patient;
  const [{ samples }, outlooks, trims] = await Promise.all([
    sampler.now(paths, { withTables: true }),
    readOutlooks(paths),
    guestId === null ? [] : store.earlierTrims({ guestId, limit: TRIMS_READ }),
  ]);
  const disks = await Promise.all(
    paths.filter(canLoseSpace).map(async (path) => {
      const device = path.match.disk.name;
      const sample = Object.hasOwn(samples, device) ? samples[device] : undefined;
      const lastTrims = await readLastTrims({ store, patient, path, trims });
      return examineDisk({ patient, path, trims, lastTrims, sample, repair: outlooks.get(device) ?? null });
    }),
  );
  const ofWholeGuest = inventory === null ? [] : findGuestCauses(inventory).filter((found) => found.disks.length === 0);
  const findings = ofWholeGuest.map(({ cause, ...found }) => toFinding(cause, found));
  return { guest: { name, state, agent, isRevoked, inside, announced: inventory !== null, disks, findings }, trims };
}

/** Of whole results only those are read of which something is to be told again. */
async function readLastTrims({
  store,
  patient: { guestId, inventory, bootId },
  path,
  trims,
}: {
  store: ExaminationDeps['store'];
  patient: Patient;
  path: DiskPath;
  trims: readonly PastTrim[];
}): Promise<LastTrims> {
  const image = path.match.hostDisk?.image ?? null;
  const last = findLastTrims({ trims, device: toAnnounced({ inventory, path }), image, bootId });
  const { telling } = last;
  if (guestId === null || telling === null || findShown(telling.disk.cause) === null) return { ...last, told: null };
  const whole = await store.findTrim({ guestId, id: telling.trim.id });
  return { ...last, told: whole?.disks.find((disk) => disk.device === telling.disk.device) ?? null };
}

function examineDisk({
  patient,
  path,
  trims,
  lastTrims,
  sample,
  repair,
}: {
  patient: Patient;
  path: DiskPath;
  trims: readonly PastTrim[];
  lastTrims: LastTrims;
  sample: DiskSample | undefined;
  repair: RepairOutlook | null;
}): DoctorDisk {
  const device = path.match.disk.name;
  const image = path.match.hostDisk?.image ?? null;
  const { inventory, inventoryAt: toldAt, bootId } = patient;
  const evidence = toDiskEvidence({
    guest: patient.address,
    device,
    path,
    inventory,
    isOff: patient.state === 'off',
    repair,
    covered: null,
    past: readPast(trims, { device, image, bootId }),
    leftBytes: readLeftByTrims(trims, { device, image, inventory }),
    allocationBytes: sample?.allocationBytes ?? null,
    counters: sample?.counters ?? null,
    extents: sample?.extents ?? null,
    tables: sample?.tables ?? null,
  });
  return {
    device: toAnnounced({ inventory, path }),
    disk: path.match.hostDisk?.id ?? null,
    unmatched: path.match.why,
    useToldAt: evidence.slack === null || toldAt === null ? null : new Date(toldAt).toISOString(),
    ...diagnoseDisk(evidence, lastTrims),
  };
}

/** The guest's name for a disk; null while no agent says. */
function toAnnounced({ inventory, path }: { inventory: Patient['inventory']; path: DiskPath }): string | null {
  const { name } = path.match.disk;
  return inventory?.disks.some((disk) => disk.name === name) === true ? name : null;
}

/**
 * A read-only disk gives up no space, so that none can be lost; of a loop device that is no disk of this host nothing
 * is known.
 */
function canLoseSpace({ match, domain }: DiskPath): boolean {
  if (match.hostDisk === null) return domain?.source !== 'loop-devices';
  return !match.hostDisk.readOnly;
}
