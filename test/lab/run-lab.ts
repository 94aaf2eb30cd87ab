import { mkdtemp, rm } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../support/machine/command.ts';
import type { CleanUp } from '../support/own-tools/clean-up.ts';
import { errorText } from '../support/own-tools/error-text.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { trimtabAgent } from './inside.ts';
import type { LabCase, LabGuest, Place, WhichTrim } from './lab-case.ts';
import { setUpGuest } from './lab-guest.ts';
import { type LabRow, toRow } from './lab-row.ts';
import type { Observation } from './observe.ts';
import { openPlace } from './places.ts';
import { nameOf, type Stage } from './stage.ts';
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

/**
 * Boots the guests these cases need and trims. A guest that is lost takes its own cases with it, as far as they were
 * not observed yet: their rows say why. The caller undoes what was made, with `cleanUp`.
 */
export async function runLab(parts: {
  readonly cases: readonly LabCase[];
  /** Guests that run at the same time: one where something else needs the other processor. */
  readonly guestsAtOnce: 1 | 2;
  readonly cleanUp: CleanUp;
  /** Ends guests that still boot; then this throws. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}): Promise<LabReport> {
  const { cases, guestsAtOnce, cleanUp, signal, say } = parts;
  const directory = await cleanUp.make({
    what: 'the folder of the lab',
    make: () => mkdtemp(join(BASE, 'trimtab-lab-')),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  const collector = await cleanUp.make({
    what: 'the collector',
    make: () => startCollectorProgram({ directory }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  const places = new Map<Place, Promise<string>>();
  const folderOf = (place: Place): Promise<string> => {
    const opened = places.get(place) ?? openPlace({ place, directory, cleanUp });
    places.set(place, opened);
    return opened;
  };
  const runOne = async (which: LabGuest): Promise<GuestRun | null> => {
    const own = cases.filter(({ stand }) => stand.guest === which);
    return own.length === 0
      ? null
      : runGuest({ which, cases: own, directory, collector, cleanUp, signal, folderOf, say });
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
  /** Empty when the guest was lost before it could say. */
  readonly kernel: readonly string[];
}

async function runGuest(parts: {
  readonly which: LabGuest;
  readonly cases: readonly LabCase[];
  readonly directory: string;
  readonly collector: CollectorUnderTest;
  readonly cleanUp: CleanUp;
  readonly signal: AbortSignal;
  readonly folderOf: (place: Place) => Promise<string>;
  readonly say: (line: string) => void;
}): Promise<GuestRun> {
  const { which, cases, collector, signal, say } = parts;
  const observations = new Map<WhichTrim, Observation>();
  const kernel: string[] = [];
  let stage: Stage | null = null;
  let lost: string | null = null;
  try {
    const inside = trimtabAgent(collector);
    stage = await setUpGuest({ ...parts, name: nameOf(which), inside, stands: standsOf(cases) });
    const { guest } = stage;
    kernel.push((await guest.mustRun('uname -r')).trim());
    const goneFirst = guest.exited.then(() => Promise.reject(new Error('its QEMU has ended')));
    const observing = observeAll({ stage, collector, cases, observations, say });
    await Promise.race([observing, goneFirst]);
  } catch (error) {
    signal.throwIfAborted();
    lost = `guest ${nameOf(which)} was lost: ${errorText(error)}`;
    say(lost);
  }
  return { rows: cases.map((labCase) => toRow({ labCase, stage, observations, lost })), kernel };
}

async function observeAll(
  parts: Parameters<typeof runTrims>[0] & { readonly observations: Map<WhichTrim, Observation> },
): Promise<void> {
  for await (const [which, observation] of runTrims(parts)) parts.observations.set(which, observation);
}

async function readQemuVersion(): Promise<string> {
  const text = await runCommand('qemu-system-x86_64', ['--version']);
  return `QEMU ${/version (\S+)/.exec(text)?.[1] ?? 'of an unknown version'}`;
}
