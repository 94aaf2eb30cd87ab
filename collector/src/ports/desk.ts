import type { DoctorView } from '../model/doctor.ts';
import type { RepairDone, RepairPlan, RepairQuery } from '../model/repair.ts';
import type { GuestsView, StatusView } from '../model/status.ts';
import type { TrimEvent } from '../model/trim-event.ts';
import type { HistoryQuery, TrimResult } from '../model/trim-result.ts';

export interface TrimRequest {
  /** A guest's name or id. */
  readonly guest: string;
  /** Null: every filesystem that can be trimmed. */
  readonly mounts: readonly string[] | null;
}

/** The one interface that the faces (api, cli) read. A Fault says what a person can do. */
export interface Desk {
  status(): Promise<StatusView>;
  guests(): Promise<GuestsView>;
  history(query: HistoryQuery): Promise<readonly TrimResult[]>;
  findTrim(id: string): Promise<TrimResult | null>;
  /** Reads everything of one guest, or of all (null), and changes nothing. Throws `unknown-guest`. */
  doctor(guest: string | null): Promise<DoctorView>;
  /** What a repair would do. Throws `unknown-guest`, `unknown-disk`, `ambiguous-disk`, `nothing-to-repair`, `cannot-repair`, `would-taint`. */
  planRepair(query: RepairQuery): Promise<RepairPlan>;
  /** Carries a repair out: the only call of this port that changes a running QEMU. Throws as `planRepair`, and `repair-stopped`. */
  repair(query: RepairQuery): Promise<RepairDone>;
  /** Asks the guest's agent to trim. Throws `unknown-guest`, `no-agent`, `ambiguous-guest` at once. */
  requestTrim(request: TrimRequest): Promise<{ readonly requestId: string }>;
  /** All events of a request so far and from now on; ends after `finished` or `refused`. Throws `unknown-request`. */
  watch(requestId: string, signal: AbortSignal): AsyncIterable<TrimEvent>;
  /** Asks the guest to stop the trim of this request. Throws `unknown-request`. */
  cancel(requestId: string): Promise<void>;
}
