import { mkdtemp, rm } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import type { CleanUp } from '../demo/clean-up.ts';
import { runCommand } from '../support/machine/command.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import type { LabCase, LabGuest, Place } from './lab-case.ts';
import { setUpGuest } from './lab-guest.ts';
import { type LabRow, toRow } from './lab-row.ts';
import { openPlace } from './places.ts';
import { runTrims, standsOf } from './trims.ts';

export interface LabReport {
  readonly rows: readonly LabRow[];
  readonly environment: {
    /** `2026-11-25`, UTC. */
    readonly date: string;
    readonly hostKernel: string;
    readonly guestKernels: readonly string[];
    /** `QEMU 7.2.22`. */
    readonly qemu: string;
  };
}

const GUESTS: readonly LabGuest[] = ['disks', 'layers'];

/** Not /tmp, which may be memory: an image there would be trimmed by nothing that a host has. */
const BASE = process.env.TRIMTAB_LAB_DIRECTORY ?? '/var/tmp';

/** Boots the guests these cases need and trims. The caller undoes what was made, with `cleanUp`. */
export async function runLab(parts: {
  readonly cases: readonly LabCase[];
  /** Guests that run at the same time: one where something else needs the other processor. */
  readonly guestsAtOnce: 1 | 2;
  readonly cleanUp: CleanUp;
  readonly say: (line: string) => void;
}): Promise<LabReport> {
  const { cases, guestsAtOnce, cleanUp, say } = parts;
  const directory = await mkdtemp(join(BASE, 'trimtab-lab-'));
  cleanUp.add(directory, () => rm(directory, { recursive: true, force: true }));
  const collector = await startCollectorProgram({ directory });
  cleanUp.add('the collector', collector.program.stop);
  const places = new Map<Place, Promise<string>>();
  const folderOf = (place: Place): Promise<string> => {
    const opened = places.get(place) ?? openPlace({ place, directory, cleanUp });
    places.set(place, opened);
    return opened;
  };
  const runOne = async (which: LabGuest): Promise<GuestRun | null> => {
    const own = cases.filter(({ stand }) => stand.guest === which);
    return own.length === 0 ? null : runGuest({ which, cases: own, directory, collector, cleanUp, folderOf, say });
  };
  const ran: (GuestRun | null)[] = [];
  for (let first = 0; first < GUESTS.length; first += guestsAtOnce) {
    ran.push(...(await Promise.all(GUESTS.slice(first, first + guestsAtOnce).map(runOne))));
  }
  const found = new Map(ran.flatMap((each) => each?.rows ?? []).map((row) => [row.case, row]));
  return {
    rows: cases.flatMap(({ name }) => found.get(name) ?? []),
    environment: {
      date: new Date().toISOString().slice(0, 10),
      // What a distribution makes of it is of no matter here.
      hostKernel: /^\d+\.\d+/.exec(release())?.[0] ?? release(),
      guestKernels: [...new Set(ran.flatMap((each) => each?.kernel ?? []))],
      qemu: await readQemuVersion(),
    },
  };
}

interface GuestRun {
  readonly rows: readonly LabRow[];
  readonly kernel: string;
}

async function runGuest(parts: {
  readonly which: LabGuest;
  readonly cases: readonly LabCase[];
  readonly directory: string;
  readonly collector: CollectorUnderTest;
  readonly cleanUp: CleanUp;
  readonly folderOf: (place: Place) => Promise<string>;
  readonly say: (line: string) => void;
}): Promise<GuestRun> {
  const { cases, collector, say } = parts;
  const stage = await setUpGuest({ ...parts, stands: standsOf(cases) });
  const observations = await runTrims({ stage, collector, cases, say });
  return {
    rows: cases.map((labCase) => toRow({ labCase, stage, observations })),
    kernel: (await stage.guest.mustRun('uname -r')).trim(),
  };
}

async function readQemuVersion(): Promise<string> {
  const text = await runCommand('qemu-system-x86_64', ['--version']);
  return `QEMU ${/version (\S+)/.exec(text)?.[1] ?? 'of an unknown version'}`;
}
