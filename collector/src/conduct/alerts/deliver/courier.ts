import { Fault, type FaultDetail, toReason } from '@trimtab/protocol/shared';
import type { Waiting } from '../../../alert/backlog.ts';
import { delayAfter } from '../../../alert/backoff.ts';
import type { Notice } from '../../../model/alert.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { NoticeSender, Standing } from '../../../ports/notice-sender.ts';
import { createAlarm } from './alarm.ts';
import { createLine, type Parcel } from './line.ts';
import { ATTEMPT_MS, STOPPED, trySending } from './try-sending.ts';

/** So often a receiver that forgets is told what is so. */
export const RESTATE_MS = 60_000;

export interface CourierDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly readStanding: () => Standing;
  /** Durable at some time: what is not will be delivered again. */
  readonly ended: (notices: readonly Notice[]) => void;
}

export interface Courier {
  readonly sender: NoticeSender;
  add(waiting: readonly Waiting[]): void;
  /** It waits, or is being delivered. */
  has(noticeId: string): boolean;
  /** Does not wait until the next attempt is due. */
  retryNow(): void;
  /** Since when it fails, and why; null while it does not. */
  trouble(): Trouble | null;
  stop(): Promise<void>;
}

export interface Trouble {
  /** UTC, milliseconds. */
  readonly since: number;
  readonly fault: FaultDetail;
  readonly waiting: number;
}

/** What is to be done next. */
type Task = { readonly kind: 'notice'; readonly parcel: Parcel } | { readonly kind: 'restate' };

/** Delivers to one receiver, one after the other, each until it is taken; nobody else waits for it. */
export function createCourier(deps: CourierDeps, sender: NoticeSender, left: readonly Waiting[]): Courier {
  const { clock, log, random, readStanding, ended } = deps;
  const { name } = sender;
  const stopping = new AbortController();
  const alarm = createAlarm({ clock, stopping: stopping.signal });
  const line = createLine({ ended, log, sender, left });
  let restateAt = clock.monotonicMs();
  let failures = 0;
  let failing: Omit<Trouble, 'waiting'> | null = null;

  function nextTask(): Task | null {
    const parcel = line.next();
    if (parcel !== null) return { kind: 'notice', parcel };
    return sender.restate !== null && clock.monotonicMs() >= restateAt ? { kind: 'restate' } : null;
  }

  async function carryOut(task: Task): Promise<void> {
    const attempt = async (signal: AbortSignal) => {
      if (task.kind === 'notice') await sender.send(task.parcel.notice, signal);
      else await sender.restate?.(readStanding(), signal);
    };
    const withinMs = sender.attemptMs ?? ATTEMPT_MS;
    await trySending({ clock, name, withinMs, stopping: stopping.signal, attempt });
    if (task.kind === 'notice') line.end(task.parcel);
    else restateAt = clock.monotonicMs() + RESTATE_MS;
    if (failing !== null) log.info({ sender: name }, 'notices are delivered again');
    [failures, failing] = [0, null];
  }

  async function afterFailure(task: Task, error: unknown): Promise<void> {
    if (!(error instanceof Fault)) throw error;
    if (failing === null) log.warn({ sender: name, reason: toReason(error) }, 'notices cannot be delivered');
    failing = { since: failing?.since ?? clock.now(), fault: error.detail };
    if (task.kind === 'notice') line.giveUp({ ...task, error, now: clock.now() });
    failures += 1;
    await alarm.wait(delayAfter({ failures, random: random() }), 'retry');
  }

  async function run(): Promise<void> {
    for (;;) {
      const task = nextTask();
      if (task === null) {
        const untilRestate = sender.restate === null ? null : restateAt - clock.monotonicMs();
        await alarm.wait(untilRestate, 'added');
      } else await carryOut(task).catch((error: unknown) => afterFailure(task, error));
      if (stopping.signal.aborted) return;
    }
  }

  const running = run().catch((error: unknown) => {
    if (error !== STOPPED) throw error;
  });
  return {
    sender,
    add(waiting) {
      line.add(waiting);
      alarm.ring('added');
    },
    has: (noticeId) => line.all().some(({ notice }) => notice.id === noticeId),
    retryNow: () => alarm.ring('retry'),
    trouble: () => failing && { ...failing, waiting: line.all().length },
    async stop() {
      stopping.abort();
      await running;
      await sender.stop();
    },
  };
}
