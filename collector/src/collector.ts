import { aheadOfLine } from './compose/ahead-of-line.ts';
import { type ComposedAlerts, composeAlerts } from './compose/compose-alerts.ts';
import { composeDesk } from './compose/compose-desk.ts';
import { composeDoor } from './compose/compose-door.ts';
import { composeEnrolment } from './compose/compose-enrolment.ts';
import { composeExposition } from './compose/compose-exposition.ts';
import { composeForesight } from './compose/compose-foresight.ts';
import { composeGuestAgents } from './compose/compose-guest-agents.ts';
import { composePlaces } from './compose/compose-places.ts';
import { composeSurvey } from './compose/compose-survey.ts';
import { composeTrims } from './compose/compose-trims.ts';
import { composeWatch } from './compose/compose-watch.ts';
import { createEffects } from './compose/create-effects.ts';
import { openStore } from './compose/open-store.ts';
import { type Faces, startFaces } from './compose/start-faces.ts';
import { startHousekeeping } from './compose/start-housekeeping.ts';
import { readSenders } from './compose/start-notices.ts';
import { checkQgaSchedule, startQgaSchedule } from './compose/start-qga-schedule.ts';
import { startQgaUsages } from './compose/start-qga-usages.ts';
import { createGuestAnswers } from './conduct/answer-guest.ts';
import { watchStore } from './conduct/survey/store-health.ts';
import { createLine } from './coordinate/line.ts';
import { clock } from './io/clock.ts';
import { openHostKeys } from './io/host-keys/open-host-keys.ts';
import { createGuestLinks } from './link/guest-links.ts';
import type { HostView } from './model/domain.ts';
import type { Clock } from './ports/clock.ts';
import type { Desk } from './ports/desk/desk.ts';
import type { Log } from './ports/log.ts';
import type { SamplesStore } from './ports/store/samples.ts';
import type { CollectorSettings } from './settings.ts';
import { COLLECTOR_VERSION } from './version.ts';

export interface Collector {
  readonly desk: Desk;
  /** For those who bring samples of their own. */
  readonly samples: Pick<SamplesStore, 'addSamples'>;
  /** Where agents connect first; the one that was asked for, or the one the kernel chose for port 0. */
  readonly agentPort: number | null;
  stop(): Promise<void>;
}

/**
 * Puts the collector together and tells the order of things: effects, links, store, survey, trims, desk, faces. Throws
 * a Fault when a part cannot start; then nothing is left running.
 */
export async function startCollector({
  settings,
  logger: log,
  calendar = clock,
}: {
  settings: CollectorSettings;
  logger: Log;
  /** By what levels are sampled, foreseen and warned of. */
  calendar?: Clock;
}): Promise<Collector> {
  await checkQgaSchedule(settings);
  const entries = readSenders(settings);
  const { effects, images, samplerFor } = createEffects({ log, settings });
  const line = createLine();
  const links = createGuestLinks({
    clock,
    log,
    line,
    collectorVersion: COLLECTOR_VERSION,
    strangersPerAddress: settings.strangersPerAddress,
  });
  const { store, lately, health } = watchStore({ clock: calendar, store: await openStore({ ...settings, log }) });
  let alerting: ComposedAlerts | null = null;
  try {
    const hostKeys = await openHostKeys({ ...settings, clock, log });
    let faces: Faces | null = null;
    const onRead = (host: HostView) => faces?.holdChannels(host.domains);
    const surveyed = composeSurvey({ ...effects, images, links, store, settings, onRead });
    const { survey, refine, repaired, processes } = surveyed;
    const guestAgents = composeGuestAgents(effects);
    const exposition = composeExposition(settings);
    const watched = composeWatch({ ...effects, clock: calendar, images, links, survey, repaired, store, settings });
    const watch = aheadOfLine(line, watched.watch);
    const known = { ...effects, samplerFor, links, store: watched.store, survey, exposition };
    const inside = await composeTrims({ ...known, images, guestAgents, settings });
    const door = await composeDoor({ clock, log, settings });
    const places = composePlaces({ clock, processes, settings });
    const { addresses } = places;
    const enrolment = composeEnrolment({ ...known, ...inside, store, hostKeys, addresses, settings });
    const all = { ...known, ...inside, watch, lately, health };
    const foresight = composeForesight({ ...all, clock: calendar });
    const { foreseer } = foresight;
    const warning = await composeAlerts({ ...all, calendar, settings, entries, foresight: foreseer });
    alerting = warning;
    const changing = { refine, repaired: watched.repaired };
    const joining = { enrolment, hostKeys, ...places };
    const desk = composeDesk({ ...all, ...changing, ...warning, ...joining, door, foreseer });
    const { trims } = inside;
    const ring = (domainKey: string) => faces?.ring(domainKey);
    const remembering = startHousekeeping({ ...known, trims, ring });
    const answers = createGuestAnswers({ ...known, ...surveyed, trims, remembering, usages: watch, enrolment });
    const schedule = await startQgaSchedule({ ...known, ...inside, settings });
    const open = links.openTo(answers);
    const opened = await startFaces({ ...effects, desk, door, open, line, hostKeys, store, settings });
    faces = opened;
    places.opened(opened.agentPorts);
    // What was lost meanwhile is measured beside all else: nobody waits for that at the door.
    void trims.awaitGuests();
    enrolment.doors.start();
    watch.start();
    const usages = startQgaUsages({ ...all, clock: calendar });
    warning.start();
    foresight.start();
    return {
      desk,
      samples: store,
      agentPort: opened.agentPorts()[0] ?? null,
      async stop() {
        schedule.stop();
        usages.stop();
        trims.stop();
        enrolment.doors.stop();
        remembering.stop();
        // The faces before what they stand on.
        await opened.close();
        await warning.stop();
        foresight.stop();
        await watch.stop();
        await watched.store.close();
        const silent = effects.files.silentPlaces();
        if (silent.length > 0) log.warn({ places: silent }, 'all is stored; it ends once these answer, or by a kill');
      },
    };
  } catch (error) {
    await alerting?.stop();
    await store.close();
    throw error;
  }
}
