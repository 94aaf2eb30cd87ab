import type { PoolState } from './pool.ts';

/** `trimtab` alone: what it sees from here, and what to do next. */
export interface FirstSteps {
  /** How the collector is reached: its socket, or its URL. */
  readonly collector: { readonly place: string; readonly runs: boolean };
  /** All that only a collector knows is null where none runs. */
  readonly guests: GuestCounts | null;
  /** The fullest first. */
  readonly pools: readonly SeenPool[] | null;
  readonly firingAlerts: number | null;
  readonly next: NextStep;
}

/** Each guest is in one of the last five. */
export interface GuestCounts {
  readonly all: number;
  /** Our agent is in it, and is there or comes by itself. */
  readonly withAgent: number;
  /** Only its qemu-ga can be asked. */
  readonly byQemuGa: number;
  readonly away: number;
  readonly off: number;
  readonly withoutAgent: number;
  /** No guests yet: they wait until a person says what they are. */
  readonly held: number;
}

export type SeenPool = Pick<PoolState, 'key' | 'kind' | 'sizeBytes' | 'freeBytes' | 'overcommit'>;

export const NEXT_STEPS = [
  'start',
  'find-guests',
  'decide-held',
  'mend-host',
  'enroll',
  'read-alerts',
  'first-trim',
  'find-away',
  'none',
] as const;

export interface NextStep {
  readonly kind: (typeof NEXT_STEPS)[number];
  /** As a shell takes it. */
  readonly command: string;
  /** Why it is that one: sentences. */
  readonly why: string;
  /** What comes of it, as what follows on `this`. */
  readonly does: string;
}
