import type { FromGuest, Problem, RequestId, TrimId, TrimReport } from '@trimtab/protocol';
import type { TrimPlan } from './plan.ts';

/** What somebody wants trimmed, and why: the schedule, a missed slot, the host. */
export interface TrimWish {
  readonly trigger: TrimReport['trigger'];
  readonly requestId: RequestId | null;
  /** Null: every filesystem that can be trimmed. */
  readonly mounts: readonly string[] | null;
  /** The trim that this one shall make good, by discarding again; null: a trim like any other. */
  readonly cures: TrimId | null;
}

export type WishAnswer =
  /** It will be done, and reported. */
  | { readonly kind: 'accepted' }
  /**
   * This very request is being answered already: its trim is under way, or the report of it waits to be acknowledged.
   */
  | { readonly kind: 'under-way' }
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** Nobody said no: what there is to trim could not be found out. */
  | { readonly kind: 'failed'; readonly problem: Problem };

/** Whoever had the wish. The state carries it along, and never calls it. */
export interface Wisher {
  /** Called once. */
  answer(answer: WishAnswer): void;
  /**
   * Called at most once: from here on a crash of the agent would still yield a report, or there is nothing left to do.
   */
  begun(): void;
}

export interface Trim {
  readonly id: TrimId;
  readonly wish: TrimWish;
  readonly wisher: Wisher;
}

/** `sinceMs` is by the clock that never goes back. */
export type LinkState = { readonly kind: 'up' } | { readonly kind: 'down'; readonly sinceMs: number };

export interface LastTrim {
  readonly endedMs: number;
  /** Its report, while it can still be cured; null for one that was a cure, was cured or never started. */
  readonly curable: TrimReport | null;
}

/** Where the agent's one trim stands. All trims take this path, in this order, whoever had the wish (rule R2). */
export type TrimState =
  | { readonly kind: 'idle'; readonly link: LinkState; readonly last: LastTrim | null }
  /** The inventory is taken anew, and told to the collector. */
  | {
      readonly kind: 'planning';
      readonly link: LinkState;
      readonly last: LastTrim | null;
      readonly trim: Trim;
      /** Why it was called off meanwhile; null: it was not. */
      readonly cancelled: string | null;
      readonly stopping: boolean;
    }
  /** The patience timer runs while the link is down, and only then. */
  | { readonly kind: 'waiting-for-grant'; readonly link: LinkState; readonly trim: Trim; readonly plan: TrimPlan }
  | {
      readonly kind: 'running';
      readonly link: LinkState;
      readonly trim: Trim;
      /** Null until the journal is written. */
      readonly startedAt: number | null;
      readonly stopping: boolean;
    }
  /** Until the report would outlive a crash. */
  | {
      readonly kind: 'keeping-report';
      readonly link: LinkState;
      readonly trim: Trim;
      readonly report: TrimReport;
      /** False: it was called off before. */
      readonly ran: boolean;
      readonly stopping: boolean;
    }
  | {
      readonly kind: 'sending-report';
      readonly link: LinkState;
      readonly trim: Trim;
      readonly curable: TrimReport | null;
      readonly stopping: boolean;
    }
  | { readonly kind: 'stopped' };

export type StateOf<Kind extends TrimState['kind']> = Extract<TrimState, { kind: Kind }>;
export type UnderWay = Extract<TrimState, { trim: Trim }>;

export type TrimEvent =
  /** `isReported`: the report of this request's trim waits in the outbox. */
  | {
      readonly kind: 'wished';
      readonly wish: TrimWish;
      readonly wisher: Wisher;
      readonly isReported: boolean;
    }
  | { readonly kind: 'link-up' }
  | { readonly kind: 'link-down' }
  /** The agent is to end. */
  | { readonly kind: 'stop' }
  | AboutTrim;

export type EventOf<Kind extends TrimEvent['kind']> = Extract<TrimEvent, { kind: Kind }>;

/** What concerns one trim. What concerns another than the one under way is ignored. */
export type AboutTrim = { readonly trimId: TrimId } & (
  | { readonly kind: 'planned'; readonly plan: TrimPlan }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'not-planned'; readonly problem: Problem }
  | { readonly kind: 'granted' }
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** The link was down for as long as the wait for a grant may last. */
  | { readonly kind: 'patience-over' }
  /** The journal is written, the first fstrim runs. */
  | { readonly kind: 'started'; readonly startedAt: number }
  | { readonly kind: 'finished'; readonly report: TrimReport }
  | { readonly kind: 'kept' }
  | { readonly kind: 'sent' }
  /** What the collector should have heard could not be put into a frame. */
  | { readonly kind: 'unsaid'; readonly problem: Problem }
  /** The agent could not run it, or not keep its report. */
  | { readonly kind: 'failed'; readonly problem: Problem }
);

export type TrimEffect =
  | { readonly kind: 'answer'; readonly wisher: Wisher; readonly answer: WishAnswer }
  | { readonly kind: 'begun'; readonly wisher: Wisher }
  /** Take the inventory, tell it to the collector, and then: `planned`, `refused` or `not-planned`. */
  | { readonly kind: 'plan'; readonly trim: Trim; readonly curable: TrimReport | null }
  /** `unsaid`, if it cannot be put into a frame. While the link is down it is lost. */
  | { readonly kind: 'say'; readonly trimId: TrimId; readonly message: FromGuest }
  /** Of the one timer, that of patience; replaces what was armed before. */
  | { readonly kind: 'arm'; readonly trimId: TrimId; readonly delayMs: number }
  | { readonly kind: 'disarm' }
  /** Journal and trim: `started`, then `finished`; or `failed`. */
  | { readonly kind: 'run'; readonly trim: Trim; readonly plan: TrimPlan; readonly granted: boolean }
  /** What runs ends soon, and with a report. */
  | { readonly kind: 'abort'; readonly reason: string }
  /** Into the outbox; then the journal, if it ran, goes: `kept` or `failed`. */
  | { readonly kind: 'keep'; readonly report: TrimReport; readonly ran: boolean }
  /** What the outbox holds, as far as the collector is there: `sent`, whatever became of it. */
  | { readonly kind: 'send'; readonly trimId: TrimId }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly line: string }
  /** Nothing is under way, and nothing will be. */
  | { readonly kind: 'stopped' };

export type EffectOf<Kind extends TrimEffect['kind']> = Extract<TrimEffect, { kind: Kind }>;

export interface Surroundings {
  /** By a clock that never goes back. */
  readonly nowMs: number;
  /** UTC, milliseconds since 1970. */
  readonly utcMs: number;
  readonly newTrimId: () => TrimId;
  readonly minimumIntervalMs: number;
  /** How long the link may be down before a trim goes without its grant. */
  readonly grantPatienceMs: number;
}

export interface Step {
  readonly state: TrimState;
  readonly effects: readonly TrimEffect[];
}

export const stay = (state: TrimState): Step => ({ state, effects: [] });

export function isUnderWay(state: TrimState): state is UnderWay {
  return state.kind !== 'idle' && state.kind !== 'stopped';
}
