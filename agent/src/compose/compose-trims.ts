import type { FromGuest, Inventory } from '@trimtab/protocol';
import { type Conductor, createConductor } from '../conduct/conduct-trim.ts';
import { createDelivery, type Delivery } from '../conduct/deliver-reports.ts';
import { createReportKeeper } from '../conduct/keep-report.ts';
import { createLastTrimMemory } from '../conduct/last-trim.ts';
import { recoverJournal } from '../conduct/recover-journal.ts';
import { createJournaledRun } from '../conduct/run-journaled.ts';
import { newTrimId } from '../io/new-id.ts';
import type { Log } from '../ports/log.ts';
import { openOutbox } from '../report/outbox.ts';
import type { AgentSettings } from '../settings.ts';
import type { Edges } from './edges.ts';

/**
 * A trim's way through the agent: journal, outbox and who conducts it. Resolves once what an earlier agent left behind
 * has its report.
 */
export async function composeTrims({
  settings,
  edges,
  bootId,
  announce,
  say,
  isVisit,
  onEnded,
  log,
}: {
  settings: Pick<AgentSettings, 'minimumInterval' | 'grantPatience'>;
  edges: Omit<Edges, 'files'>;
  bootId: string | null;
  announce: () => Promise<Inventory>;
  say: (message: FromGuest) => void;
  /** One that visits remembers when the last trim ended: it is not there to know. */
  isVisit: boolean;
  onEnded: () => void;
  log: Log;
}): Promise<{ readonly conductor: Conductor; readonly delivery: Delivery; readonly reportsWait: () => boolean }> {
  const { clock, commands, folder, readCounters, readLimits } = edges;
  const outbox = await openOutbox({ folder: edges.outboxFolder, log });
  const keeper = createReportKeeper({ outbox, folder, log });
  const settleJournal = async () => {
    await keeper.keepAgain();
    await recoverJournal({ folder, outbox, readCounters, clock, log, bootId });
  };
  await settleJournal();
  const delivery = createDelivery({ outbox, say, log });
  const run = createJournaledRun({
    settleJournal,
    folder,
    commands,
    readCounters,
    readLimits,
    clock,
    log,
    bootId,
    onProgress: say,
  });
  const lastTrim = isVisit ? createLastTrimMemory({ folder, clock, log }) : null;
  const conductor = createConductor({
    say,
    announce,
    run,
    keepReport: keeper.keep,
    sendReports: delivery.send,
    isReported: outbox.answers,
    clock,
    newTrimId,
    log,
    minimumIntervalMs: settings.minimumInterval,
    grantPatienceMs: settings.grantPatience,
    lastEndedMs: (await lastTrim?.read()) ?? null,
    onEnded() {
      lastTrim?.note();
      onEnded();
    },
  });
  return { conductor, delivery, reportsWait: () => outbox.waiting().length > 0 };
}
