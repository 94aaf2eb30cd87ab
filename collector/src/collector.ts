import { type ComposedAlerts, composeAlerts } from './compose/compose-alerts.ts';
import { composeDesk } from './compose/compose-desk.ts';
import { composeDoor } from './compose/compose-door.ts';
import { composeExposition } from './compose/compose-exposition.ts';
import { composeForesight } from './compose/compose-foresight.ts';
import { composeGuestAgents } from './compose/compose-guest-agents.ts';
import { composeSampler } from './compose/compose-sampler.ts';
import { composeSurvey } from './compose/compose-survey.ts';
import { composeTrims } from './compose/compose-trims.ts';
import { composeWatch } from './compose/compose-watch.ts';
import { openStore } from './compose/open-store.ts';
import { type Faces, startFaces } from './compose/start-faces.ts';
import { readSenders } from './compose/start-notices.ts';
import { checkQgaSchedule, startQgaSchedule } from './compose/start-qga-schedule.ts';
import { startQgaUsages } from './compose/start-qga-usages.ts';
import { createGuestAnswers } from './conduct/answer-guest.ts';
import { rememberGuests } from './conduct/survey/remember-guests.ts';
import { watchStore } from './conduct/survey/store-health.ts';
import { createImages } from './image/images.ts';
import { createReadTables } from './image/qcow2-tables.ts';
import { clock } from './io/clock.ts';
import { createCommands } from './io/commands.ts';
import { createHostFiles } from './io/host-files.ts';
import { createQmp } from './io/qmp-client.ts';
import { releaseMemory } from './io/release-memory.ts';
import { createGuestLinks } from './link/guest-links.ts';
import { releaseAtRest } from './link/release-at-rest.ts';
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
  /**
   * Where agents connect; the one that was asked for, or the one the kernel chose for port 0; null while this host has
   * not got the address.
   */
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
  const files = createHostFiles();
  const commands = createCommands();
  const images = createImages({ files, commands, clock });
  const readTables = createReadTables({ files, clock });
  const qmp = createQmp({ commands, files });
  const samplerFor = composeSampler({ clock, images, readTables, qmp, settings });
  const effects = { clock, log, files, commands, qmp };
  const links = createGuestLinks({
    clock,
    log,
    collectorVersion: COLLECTOR_VERSION,
    strangersPerAddress: settings.strangersPerAddress,
  });
  const { store, lately, health } = watchStore({ clock: calendar, store: await openStore({ ...settings, log }) });
  let alerting: ComposedAlerts | null = null;
  try {
    const surveyed = composeSurvey({ ...effects, images, links, store, settings });
    const { survey, refine, repaired } = surveyed;
    const guestAgents = composeGuestAgents(effects);
    const exposition = composeExposition(settings);
    const watched = composeWatch({ ...effects, clock: calendar, images, links, survey, repaired, store, settings });
    const { watch } = watched;
    const known = { ...effects, samplerFor, links, store: watched.store, survey, exposition };
    const inside = await composeTrims({ ...known, images, guestAgents, settings });
    let faces: Faces | null = null;
    // The kernel chooses the port for 0, once the doors are open.
    const listen = () => ({ ...settings.listen, port: faces?.agentPort ?? settings.listen.port });
    const door = await composeDoor({ clock, log, settings });
    const all = { ...known, ...inside, watch, lately, health };
    const foresight = composeForesight({ ...all, clock: calendar });
    const { foreseer } = foresight;
    const warning = await composeAlerts({ ...all, calendar, settings, entries, foresight: foreseer });
    alerting = warning;
    const changing = { refine, repaired: watched.repaired };
    const desk = composeDesk({ ...all, ...changing, ...warning, door, foreseer, listen });
    const answers = createGuestAnswers({ ...known, ...surveyed, trims: inside.trims, usages: watch });
    const schedule = await startQgaSchedule({ ...known, ...inside, settings });
    const opened = await startFaces({ clock, log, desk, door, open: links.openTo(answers), settings });
    faces = opened;
    // What was lost meanwhile is measured beside all else: nobody waits for that at the door.
    void inside.trims.awaitGuests();
    watch.start();
    const usages = startQgaUsages({ ...all, clock: calendar });
    warning.start();
    foresight.start();
    const stopRemembering = rememberGuests({ clock, log, links, store });
    const stopReleasing = releaseAtRest({
      clock,
      countGuests: () => links.guests().length,
      release: releaseMemory,
    });
    return {
      desk,
      samples: store,
      agentPort: opened.agentPort,
      async stop() {
        schedule.stop();
        usages.stop();
        inside.trims.stop();
        stopRemembering();
        stopReleasing();
        // The faces before what they stand on.
        await opened.close();
        await warning.stop();
        foresight.stop();
        await watch.stop();
        await watched.store.close();
        const places = files.silentPlaces();
        if (places.length > 0) log.warn({ places }, 'all is stored; it ends once these answer, or by a kill');
      },
    };
  } catch (error) {
    await alerting?.stop();
    await store.close();
    throw error;
  }
}
