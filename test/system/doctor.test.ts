import type { Fix } from '@trimtab/protocol/causes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorGuest } from '../../collector/src/model/doctor.ts';
import { allocationOf } from '../support/allocation.ts';
import { type DoctorScene, FILE_BYTES, MIB, MOUNT, PATIENTS, type Patient, startDoctorScene } from './doctor-scene.ts';

// Four guests, one healthy and three each with a cause of its own. The doctor sees it without a trim, every command it
// prints is run as it was printed, and the next trim reclaims. Not after a trim: one that was held or lost leaves
// nothing for the next one.

const SICK = [
  ['ignoring', 'host-ignores-discard'],
  ['snapshotted', 'internal-snapshot'],
  ['encrypted', 'dm-crypt-without-discards'],
] as const;

let scene: DoctorScene;
const seen = new Map<Patient, DoctorGuest>();

beforeAll(async () => {
  scene = await startDoctorScene();
  for (const patient of PATIENTS) seen.set(patient, await scene.doctor(patient));
});

afterAll(() => scene?.[Symbol.asyncDispose]());

describe('trimtab doctor', () => {
  it('knows all four guests and their agents', () => {
    for (const patient of PATIENTS) expect(guestOf(patient)).toMatchObject({ name: patient, agent: 'connected' });
  });

  it('finds nothing to mend in the healthy one, whose next trim reclaims', async () => {
    expect(fixesOf('healthy')).toEqual([]);
    await expectReclaim('healthy');
  });

  it.each(SICK)('mends %s: %s, by the very commands it prints', async (patient, cause) => {
    expect(findingsOf(patient).map((finding) => finding.cause)).toContain(cause);
    const fixes = fixesOf(patient);
    expect(fixes.flatMap(({ commands }) => commands)).not.toEqual([]);
    for (const fix of fixes) await carryOut(patient, fix);
    await expectReclaim(patient);
  });
});

function guestOf(patient: Patient): DoctorGuest {
  const guest = seen.get(patient);
  if (guest === undefined) throw new Error(`the doctor was not asked about ${patient}`);
  return guest;
}

/** Those that stand between its disk and the space; notes do not. */
function findingsOf(patient: Patient) {
  return guestOf(patient)
    .disks.flatMap(({ findings }) => findings)
    .filter(({ effect }) => effect !== 'note');
}

function fixesOf(patient: Patient): Fix[] {
  return findingsOf(patient).flatMap(({ fix }) => fix ?? []);
}

async function carryOut(patient: Patient, { on, first, commands, needsPowerCycle }: Fix): Promise<void> {
  if (first !== undefined) {
    expect(first).toContain(`Power ${patient} off`);
    await scene.guests[patient].powerOff();
  }
  for (const command of commands) {
    const answer = on === 'host' ? await scene.runOnHost(command) : await scene.runInGuest(patient, command);
    expect(answer, command).toMatchObject({ exitCode: 0 });
  }
  if (needsPowerCycle) await scene.powerCycle(patient);
  else expect(first).toBeUndefined();
}

/** By the verdict, and by our own measure of the image. */
async function expectReclaim(patient: Patient): Promise<void> {
  const image = scene.imageOf(patient);
  const before = await allocationOf(image);
  const { disks } = await scene.collector.trim(patient, MOUNT);
  const fellBytes = before - (await allocationOf(image));
  expect(disks).toMatchObject([{ verdict: 'reclaimed', lostAt: null, cause: null }]);
  expect(Math.abs(fellBytes - FILE_BYTES)).toBeLessThan(MIB);
}
