import type { Kysely } from 'kysely';
import type { HostId } from '../model/host-id.ts';

/**
 * The tables as the newest migration leaves them. Every row is of one host. Instants are UTC milliseconds; `before`,
 * `report`, `result`, `targets`, `options` and `event` are JSON.
 */
export interface Tables {
  guest: GuestTable;
  identity: IdentityTable;
  open_trim: OpenTrimTable;
  trim: TrimTable;
  job: JobTable;
  job_event: JobEventTable;
}

/** The rows of one host. */
export interface HostRows {
  readonly db: Kysely<Tables>;
  readonly hostId: HostId;
}

interface GuestTable {
  id: string;
  host_id: string;
  /** Unique on the host. */
  name: string;
  /** What it would be called if no other were: by the hypervisor or the guest. `name` may have a suffix more. */
  said_name: string;
  /** `hypervisor` or `guest`. */
  named_by: string;
  agent_version: string;
  first_seen_at: number;
  last_seen_at: number;
}

interface IdentityTable {
  host_id: string;
  /** One of IDENTITY_KINDS. */
  kind: string;
  value: string;
  guest_id: string;
  first_shown_at: number;
}

interface OpenTrimTable {
  id: string;
  host_id: string;
  guest_id: string;
  trigger: string;
  granted_at: number;
  /** Record of the guest's disk name to DiskSample. */
  before: string;
  /** GrantFacts (open-trims.ts); null where an older collector granted. */
  grant_facts: string | null;
  /** Measured, where the guest was lost and the result is stored; else null. */
  after: string | null;
}

export interface TrimTable {
  id: string;
  host_id: string;
  guest_id: string;
  /** By the guest's clock. */
  started_at: number;
  stored_at: number;
  /** TrimReport, as the guest sent it: kept so that a better judge can judge again. `null` while none has come. */
  report: string;
  /** TrimResult; its `guest` is the name at that time. */
  result: string;
}

interface JobTable {
  id: string;
  host_id: string;
  kind: string;
  guest_id: string;
  /** At the time of asking. */
  guest_name: string;
  /** Array of mounts, or null: all. */
  targets: string;
  options: string;
  /** `socket` or `network`. */
  asked_by: string;
  asked_at: number;
  deadline: number | null;
  priority: number;
  cancelled_at: number | null;
}

interface JobEventTable {
  host_id: string;
  job_id: string;
  number: number;
  /** TrimEvent. */
  event: string;
}
