import type { Generated, Kysely } from 'kysely';
import type { HostId } from '../model/host-id.ts';
import type { TrimKey } from '../model/trim-key.ts';

/**
 * The tables as the newest migration leaves them. Every row is of one host. Instants are UTC milliseconds; `before`,
 * `summary`, `targets`, `options` and `event` are JSON. A `number` is drawn when a row is stored, each higher than all
 * before: what is older than what, no clock decides.
 */
export interface Tables {
  guest: GuestTable;
  identity: IdentityTable;
  open_trim: OpenTrimTable;
  trim: TrimTable;
  whole_trim: WholeTrimTable;
  last_trim: LastTrimTable;
  stored_bytes: StoredBytesTable;
  job: JobTable;
  job_event: JobEventTable;
  notice: NoticeTable;
  delivery: DeliveryTable;
}

/** The rows of one host. */
export interface HostRows {
  readonly db: Kysely<Tables>;
  readonly hostId: HostId;
}

/** A trim of one host. */
export type StoredKey = TrimKey & Pick<HostRows, 'hostId'>;

interface GuestTable {
  id: string;
  host_id: string;
  /** Unique on the host. */
  name: string;
  /** What it would be called if no other were: by the hypervisor or the guest. `name` may have a suffix more. */
  said_name: string;
  /** `hypervisor` or `guest`. */
  named_by: string;
  /** Empty where no agent was ever here. */
  agent_version: string;
  first_seen_at: number;
  last_seen_at: number;
  /** Who was seen later has a higher one. */
  seen_number: number;
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
  number: Generated<number>;
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
  number: Generated<number>;
  id: string;
  host_id: string;
  guest_id: string;
  stored_at: number;
  /** 1 once the guest's report has come. */
  is_reported: number;
  /** 1 while no source of this host has ever known its guest. */
  is_stranger: number;
  /** What it takes, with its whole. */
  bytes: number;
  /** TrimSummary; its `guest` is the name at that time. */
  summary: string;
}

/** Beside the trims, so that who lists them does not read past it. */
interface WholeTrimTable {
  /** Of the trim. */
  number: number;
  /** See whole-trims.ts. */
  whole: Uint8Array;
}

/** The newest trim of each disk that a guest has had. */
interface LastTrimTable {
  host_id: string;
  guest_id: string;
  device: string;
  /** Of the trim. */
  number: number;
}

/** The sums of `trim.bytes`. */
interface StoredBytesTable {
  host_id: string;
  is_stranger: number;
  bytes: number;
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
  /** Who was asked for later has a higher one. */
  number: number;
}

interface JobEventTable {
  host_id: string;
  job_id: string;
  number: number;
  /** TrimEvent. */
  event: string;
}

interface NoticeTable {
  host_id: string;
  id: string;
  /** Who was added later has a higher one. */
  number: number;
  alert_id: string;
  event: string;
  posted_at: number;
  /** Notice. */
  notice: string;
}

/** That a notice is still to be delivered by a sender. */
interface DeliveryTable {
  host_id: string;
  notice_id: string;
  /** Its name. */
  sender: string;
}
