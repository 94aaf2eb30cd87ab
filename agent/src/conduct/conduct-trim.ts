import type {
  FilesystemResult,
  FromGuest,
  Intent,
  Inventory,
  Problem,
  RequestId,
  TrimId,
  TrimReport,
} from '@trimtab/protocol';
import { Fault, formatFault, toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { ReadCounters } from '../ports/counters.ts';
import type { Folder } from '../ports/folder.ts';
import type { Log } from '../ports/log.ts';
import { type JournalEntry, removeJournal, writeJournal } from '../report/journal.ts';
import { planCure } from '../trim/cure.ts';
import { type GrantWait, waitForGrant } from '../trim/grant-wait.ts';
import { checkLimits } from '../trim/limits.ts';
import { planTrim, type TrimPlan } from '../trim/plan.ts';
import { runTrim } from '../trim/trim-job.ts';

export interface TrimWish {
  readonly trigger: TrimReport['trigger'];
  readonly requestId: RequestId | null;
  readonly mounts: readonly string[] | null;
  /** The trim that this one shall make good, by discarding again; null: a trim like any other. */
  readonly cures: TrimId | null;
  /** Called once: from here on a crash of the agent would still yield a report, or there is nothing left to do. */
  readonly onBegun: () => void;
}

export interface Conductor {
  /** Null: it will be done, and reported. */
  begin(wish: TrimWish): Promise<Problem | null>;
  grant(trimId: TrimId): void;
  /** False if no such trim waits or runs. */
  cancel(trimId: TrimId, reason: string): boolean;
  linkUp(): void;
  linkDown(): void;
  /** Resolves once the trim that waits or runs is over and its report is kept. */
  stop(): Promise<void>;
}

interface Current {
  readonly trimId: TrimId;
  readonly abort: AbortController;
  intent: Intent | null;
  wait: GrantWait | null;
  over: Promise<void>;
}

/** The one path of all trims (rule R2): intent, grant, journal, started, progress, report. */
export function createConductor(parts: {
  readonly say: (message: FromGuest) => void;
  readonly announce: () => Promise<Inventory>;
  /** Resolves once the report would outlive a crash. */
  readonly keepReport: (report: TrimReport) => Promise<void>;
  readonly sendReports: () => Promise<void>;
  /** Turns the journal of an earlier trim, if one was left, into its report. */
  readonly settleJournal: () => Promise<void>;
  readonly folder: Folder;
  readonly commands: Commands;
  readonly readCounters: ReadCounters;
  readonly clock: Clock;
  readonly newTrimId: () => TrimId;
  readonly log: Log;
  readonly bootId: string | null;
  readonly minimumIntervalMs: number;
  readonly grantPatienceMs: number;
}): Conductor {
  const { clock, folder, log, say } = parts;
  let current: Current | null = null;
  let lastEndedMs: number | null = null;
  /** The last trim's report, while it can still be cured. */
  let curable: TrimReport | null = null;
  let downSinceMs: number | null = clock.monotonicMs();
  let stopping = false;

  return {
    async begin(wish) {
      const problem = checkLimits({
        running: current?.trimId ?? null,
        sinceLastMs: lastEndedMs === null ? null : clock.monotonicMs() - lastEndedMs,
        minimumIntervalMs: parts.minimumIntervalMs,
        isCure: wish.cures !== null,
      });
      if (problem !== null) return problem;
      const trim: Current = {
        trimId: parts.newTrimId(),
        abort: new AbortController(),
        intent: null,
        wait: null,
        over: Promise.resolve(),
      };
      current = trim;
      try {
        const planned = plan({ wish, inventory: await parts.announce() });
        if (!planned.ok) {
          current = null;
          return planned.problem;
        }
        curable = null;
        trim.over = conduct({ trim, wish, plan: planned.plan }).finally(() => {
          current = null;
          lastEndedMs = clock.monotonicMs();
        });
        return null;
      } catch (error) {
        current = null;
        throw error;
      }
    },
    grant(trimId) {
      if (current?.trimId === trimId) current.wait?.grant();
    },
    cancel(trimId, reason) {
      if (current?.trimId !== trimId) return false;
      current.abort.abort(reason);
      return true;
    },
    linkUp() {
      downSinceMs = null;
      current?.wait?.linkUp();
      // The collector may have begun anew, and know nothing of it.
      if (current?.wait && current.intent !== null) say(current.intent);
    },
    linkDown() {
      downSinceMs = clock.monotonicMs();
      current?.wait?.linkDown();
    },
    async stop() {
      stopping = true;
      current?.abort.abort('the agent was stopped');
      await current?.over;
    },
  };

  function plan({ wish, inventory }: { wish: TrimWish; inventory: Inventory }) {
    const { cures, mounts } = wish;
    return cures === null ? planTrim({ inventory, mounts }) : planCure({ last: curable, cures, inventory, mounts });
  }

  async function conduct(call: { trim: Current; wish: TrimWish; plan: TrimPlan }): Promise<void> {
    const { trim, wish, plan } = call;
    const { trigger, requestId } = wish;
    try {
      const answer = await askForGrant(call);
      if (answer === 'cancelled') {
        const report = { id: trim.trimId, trigger, requestId, granted: false };
        await parts.keepReport({
          ...report,
          ...toCancelled({ plan, nowMs: clock.now(), reason: trim.abort.signal.reason }),
        });
        if (!stopping) wish.onBegun();
        await parts.sendReports();
        return;
      }
      if (answer === 'alone') log.warn(`trim ${trim.trimId} goes without the collector: it is away`);
      const report = await run({ ...call, granted: answer === 'granted' });
      await parts.keepReport(report);
      await removeJournal({ folder });
      curable = wish.cures === null ? report : null;
      await parts.sendReports();
    } catch (error) {
      log.error(`trim ${trim.trimId} was given up: ${toCause(error)}`);
      say({ type: 'problem', about: trim.trimId, problem: toProblem(error) });
    }
  }

  async function askForGrant({ trim, wish, plan }: { trim: Current; wish: TrimWish; plan: TrimPlan }) {
    const { trimId } = trim;
    const mounts = plan.filesystems.map((filesystem) => filesystem.mount);
    trim.intent = { type: 'intent', trimId, trigger: wish.trigger, requestId: wish.requestId, mounts };
    trim.wait = waitForGrant({
      clock,
      patienceMs: parts.grantPatienceMs,
      downForMs: downSinceMs === null ? null : clock.monotonicMs() - downSinceMs,
      signal: trim.abort.signal,
    });
    log.info(`trim ${trimId} (${wish.trigger}) of ${mounts.join(', ')} waits for the collector's grant`);
    // Otherwise it goes with the next welcome, after the inventory that it refers to.
    if (downSinceMs === null) say(trim.intent);
    const answer = await trim.wait.answer;
    trim.wait = null;
    return answer;
  }

  async function run(call: { trim: Current; wish: TrimWish; plan: TrimPlan; granted: boolean }): Promise<TrimReport> {
    const { trim, wish, plan, granted } = call;
    const head = { id: trim.trimId, trigger: wish.trigger, requestId: wish.requestId, granted };
    let entry: JournalEntry | null = null;
    await parts.settleJournal();
    return runTrim({
      trim: head,
      plan,
      commands: parts.commands,
      readCounters: parts.readCounters,
      clock,
      signal: trim.abort.signal,
      async onStarted({ startedAt, before }) {
        const planned = plan.filesystems.map(({ mount, kind, disks, again }) => ({
          ...{ mount, kind, disks: [...disks] },
          again: again !== null,
        }));
        entry = { trim: head, startedAt, bootId: parts.bootId, planned, before, results: [] };
        await writeJournal({ folder, entry });
        wish.onBegun();
        say({ type: 'started', trimId: trim.trimId, startedAt });
      },
      async onFilesystem(results) {
        if (entry === null || results.length === plan.filesystems.length) return;
        try {
          await writeJournal({ folder, entry: { ...entry, results: [...results] } });
        } catch (error) {
          log.warn(formatFault(error));
        }
      },
      onProgress: say,
    });
  }
}

/** Of a trim that was called off before it started. */
function toCancelled({ plan, nowMs, reason }: { plan: TrimPlan; nowMs: number; reason: unknown }) {
  const filesystems = plan.filesystems.map(
    ({ mount, kind, disks, again }): FilesystemResult => ({
      mount,
      kind,
      disks: [...disks],
      durationMs: 0,
      outcome: { status: 'cancelled', message: String(reason) },
      again: again !== null,
    }),
  );
  return { startedAt: nowMs, durationMs: 0, filesystems, layers: [] };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Fault) return error.detail;
  return {
    code: 'internal',
    operation: 'trim',
    subject: 'this guest',
    cause: toCause(error).slice(0, 500),
    hint: null,
  };
}
