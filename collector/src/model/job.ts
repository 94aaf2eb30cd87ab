import type { RequestId } from '@trimtab/protocol';
import type { GuestId } from './guest-id.ts';
import type { NumberedEvent, TrimEvent } from './trim-event.ts';

/** Over which face somebody asked: the Unix socket (root and its group), or the network. */
export type AskedBy = 'socket' | 'network';

/** What somebody asked for. What happened to it stands in its log. */
export interface Job {
  readonly id: RequestId;
  readonly kind: 'trim';
  readonly guestId: GuestId;
  /** The guest's name on this host when it was asked. */
  readonly guestName: string;
  /** Mounts; null: every filesystem that can be trimmed. */
  readonly targets: readonly string[] | null;
  /** A trim has none yet. */
  readonly options: Readonly<Record<string, never>>;
  readonly askedBy: AskedBy;
  readonly askedAt: number;
  /** The instant by which it should be done; null: whenever it can be. */
  readonly deadline: number | null;
  /** The higher goes first. All have 0 so far. */
  readonly priority: number;
  /** When somebody wanted it stopped; null while nobody does. */
  readonly cancelledAt: number | null;
}

/** A job with its log: the events in the order of their numbers, without `progress`. */
export interface LoggedJob {
  readonly job: Job;
  readonly events: readonly NumberedEvent[];
}

/** Has it been answered? Nothing is added to its log then. */
export function isAnswer({ event }: TrimEvent): boolean {
  return event === 'finished' || event === 'refused';
}
