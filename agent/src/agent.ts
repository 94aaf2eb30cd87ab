import { type Hello, SUPPORTED } from '@trimtab/protocol';
import { sleep } from '@trimtab/protocol/shared';
import { createAnnouncer } from './conduct/announce-inventory.ts';
import { createHostAnswers } from './conduct/answer-host.ts';
import { createConductor } from './conduct/conduct-trim.ts';
import { createDelivery } from './conduct/deliver-reports.ts';
import { createEventQueue } from './conduct/event-queue.ts';
import { recoverJournal } from './conduct/recover-journal.ts';
import { checkSchedule, runSchedule } from './conduct/run-schedule.ts';
import { createClock } from './io/clock.ts';
import { createCommands } from './io/commands.ts';
import { createCron } from './io/cron.ts';
import { createFolder } from './io/folder.ts';
import { createGuestFacts } from './io/guest-facts.ts';
import { createKernelFiles } from './io/kernel-files.ts';
import { newTrimId } from './io/new-id.ts';
import { createDiskReader } from './io/read-disk.ts';
import { releaseMemory } from './io/release-memory.ts';
import { claimFolder } from './io/single-instance.ts';
import { createStorageMark } from './io/storage-mark.ts';
import { createThinPools } from './io/thin-pools.ts';
import { createWebSocketTransport } from './io/websocket.ts';
import { createLink } from './link/link.ts';
import type { Log } from './ports/log.ts';
import { readLayerCounters } from './probe/counters.ts';
import { readGuestIdentity } from './probe/identity.ts';
import { createProver } from './prove/prover.ts';
import { openOutbox } from './report/outbox.ts';
import { type AgentSettings, toCollectorUrl } from './settings.ts';

/** A fstrim that the kernel does not let go ends without us; its journal becomes a report at the next start. */
const STOP_PATIENCE_MS = 1_500;

/** After a welcome: the inventory and the facts have gone out, and all that is left is to wait. */
const SETTLED_MS = 5_000;

/** The agent's whole life: resolves when `signal` aborts. The link comes first; all that can wait waits for the welcome. */
export async function runAgent({
  settings,
  flags,
  agentVersion,
  environment,
  execPath,
  scriptPath,
  signal,
  log,
}: {
  settings: AgentSettings;
  /** Of the settings, those that the command line gave. */
  flags: Readonly<Record<string, unknown>>;
  agentVersion: string;
  environment: Readonly<Record<string, string | undefined>>;
  execPath: string;
  scriptPath: string;
  signal: AbortSignal;
  log: Log;
}): Promise<void> {
  const url = toCollectorUrl(settings);
  const clock = createClock();
  const cron = createCron();
  const files = createKernelFiles(settings.root);
  const folder = createFolder(settings.stateDirectory);
  const { schedule: expression, timeZone } = settings;
  await folder.prepare();
  await claimFolder(settings.stateDirectory);
  if (expression !== null) await checkSchedule({ cron, expression, timeZone, flags });

  const guest = await readGuestIdentity({ files });
  const { bootId } = guest;
  const hello: Hello = { type: 'hello', versions: SUPPORTED, agentVersion, guest };
  const events = createEventQueue({ log });
  const link = createLink({
    url,
    hello,
    transport: createWebSocketTransport(),
    clock,
    random: Math.random,
    log,
    onConnected: () => {
      events.add(() => host.linkUp());
      clock.after(SETTLED_MS, () => void releaseMemory());
    },
    onDisconnected: () => events.add(() => host.linkDown()),
    onPinged: () => events.add(() => host.pinged()),
    onMessage: (message) => events.add(() => host.hear(message)),
  });
  link.start();

  const { say } = link;
  const readCounters = (names: readonly string[]) => readLayerCounters({ files, names });
  const outboxFolder = createFolder(`${settings.stateDirectory}/outbox`);
  const outbox = await openOutbox({ folder: outboxFolder, log });
  const settleJournal = () => recoverJournal({ folder, outbox, readCounters, clock, log, bootId });
  await settleJournal();
  const delivery = createDelivery({ outbox, say, log });
  const commands = createCommands({ environment });
  const readThinPools = createThinPools({ commands });
  const announcer = createAnnouncer({
    async takeInventory(call) {
      const { takeInventory } = await import('./probe/probe.ts');
      return takeInventory({ files, readThinPools, ...call });
    },
    readMark: createStorageMark({ root: settings.root }),
    readFacts: createGuestFacts({ folder, execPath, scriptPath }),
    bootId,
    say,
    clock,
    log,
  });
  const conductor = createConductor({
    say,
    announce: announcer.announce,
    keepReport: outbox.put,
    sendReports: delivery.send,
    settleJournal,
    folder,
    commands,
    readCounters,
    clock,
    newTrimId,
    log,
    bootId,
    minimumIntervalMs: settings.minimumInterval,
    grantPatienceMs: settings.grantPatience,
  });
  const prover = createProver({
    lastInventory: announcer.told,
    readDisk: createDiskReader({ root: settings.root }),
    say,
    clock,
  });
  const host = createHostAnswers({ conductor, delivery, announcer, prover, say, log });
  events.open();
  if (expression !== null)
    await runSchedule({
      cron,
      folder,
      expression,
      timeZone,
      startTrim: (due) => conductor.begin({ ...due, requestId: null, mounts: null, cures: null }),
      clock,
      log,
    });

  await aborted(signal);
  await Promise.race([conductor.stop(), sleep(clock, STOP_PATIENCE_MS)]);
  link.stop();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
