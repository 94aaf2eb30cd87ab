import type { RequestId } from '@trimtab/protocol';
import type { AskedBy } from './asked-by.ts';
import type { GuestId } from './guest-id.ts';
import type { NumberedEvent, TrimEvent } from './trim-event.ts';
import type { Visits } from './visits.ts';

/** Those that a job does not have are false: earlier versions had none. */
export interface JobOptions {
  /** Its guest's qemu-ga is to do it: nobody comes back to tell how it went after a restart of the collector. */
  readonly isByQemuGa?: boolean;
  /** libvirt may be asked for what it notes on the domain. */
  readonly mayTaint?: boolean;
  /** Its guest visits, and was not there: it is asked when it comes. */
  readonly atVisit?: Visits;
}

/** What somebody asked for. What happened to it stands in its log. */
export interface Job {
  readonly id: RequestId;
  readonly kind: 'trim';
  readonly guestId: GuestId;
  /** The guest's name on this host when it was asked. */
  readonly guestName: string;
  /** Mounts; null: every filesystem that can be trimmed. */
  readonly targets: readonly string[] | null;
  readonly options: JobOptions;
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
