import type { Generated, Kysely } from 'kysely';
import type { HostId } from '../model/host-id.ts';
import type { TrimKey } from '../model/trim-key.ts';
import type { WhoMayTables } from './who-may-tables.ts';

/**
 * The tables as the newest migration leaves them. Every row is of one host. Instants are UTC milliseconds; `before`,
 * `summary`, `targets`, `options`, `event` and all that is an AskedBy are JSON. A `number` is drawn when a row is stored, each higher than all
 * before: what is older than what, no clock decides.
 */
export interface Tables extends WhoMayTables {
  guest: GuestTable;
  identity: IdentityTable;
  open_trim: OpenTrimTable;
  trim: TrimTable;
  whole_trim: WholeTrimTable;
  last_trim: LastTrimTable;
  stored_bytes: StoredBytesTable;
  job: JobTable;
  job_event: JobEventTable;
  series: SeriesTable;
  stretch: StretchTable;
  last_sample: LastSampleTable;
  sample: SampleTable;
  rollup: RollUpTable;
  alert_state: AlertStateTable;
  ended_alert: EndedAlertTable;
  waiting_notice: WaitingNoticeTable;
  silence: SilenceTable;
  notice: NoticeTable;
  delivery: DeliveryTable;
  kept_forecast: KeptForecastTable;
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
  /** `person`, `hypervisor` or `guest`. */
  named_by: string;
  /** Empty where no agent was ever here. */
  agent_version: string;
  first_seen_at: number;
  last_seen_at: number;
  /** Who was seen later has a higher one. */
  seen_number: number;
  /** Null of one whose agent stays. */
  starter: string | null;
  next_visit_at: number | null;
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
  /** Of the facts, those that tell whether the trim is lost; null also where an older collector granted. */
  boot_id: string | null;
  process: string | null;
  inside: string | null;
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
  /** AskedBy. */
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

interface SeriesTable {
  /** No other ever has it, also when this one is forgotten: rows that are left name nobody. */
  id: Generated<number>;
  host_id: string;
  kind: string;
  subject: string;
  device: string;
  first_at: number;
}

/** A stretch of time in which something was sampled. */
interface StretchTable {
  /** What its rows are found by. One that was stored later has a higher one. */
  number: Generated<number>;
  host_id: string;
  /** `raw`, `hour` or `day`. */
  resolution: string;
  /** When it begins; null once it is no longer kept, and its rows are about to go. */
  at: number | null;
}

/** How each series stands: what was stored last, whatever a clock says. */
interface LastSampleTable {
  series: number;
  /** Number of the stretch. */
  day: number;
  at: number;
  level_bytes: number;
  limit_bytes: number | null;
}

export interface SampleTable {
  /** Number of one of five minutes. */
  stretch: number;
  series: number;
  /** Its beginning. */
  after_ms: number;
  level_bytes: number;
  limit_bytes: number | null;
}

/** Of an hour or a day. */
export interface RollUpTable {
  /** Number of one of four hours, or of a day. */
  stretch: number;
  series: number;
  /** Which hour of the four, from 0; of a day 0. */
  part: number;
  /** Of the last sample, after the beginning of the hour or day. */
  last_ms: number;
  level_bytes: number;
  /** By how much the least is below the last, and the most above it: mostly nothing, which takes no room. */
  below_bytes: number;
  above_bytes: number;
  limit_bytes: number | null;
  samples: number;
}

interface AlertStateTable {
  host_id: string;
  rule: string;
  subject: string;
  /** AlertState. */
  state: string;
}

interface EndedAlertTable {
  host_id: string;
  /** Who ended later has a higher one. */
  number: number;
  /** Alert. */
  alert: string;
}

/** Notices that are not known to be posted. */
interface WaitingNoticeTable {
  host_id: string;
  id: string;
  number: number;
  /** Notice. */
  notice: string;
}

interface SilenceTable {
  host_id: string;
  id: string;
  /** Silence. */
  silence: string;
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

interface KeptForecastTable {
  host_id: string;
  /** Of the day: one that was stored later has a higher one. */
  number: number;
  /** YYYY-MM-DD. */
  day: string;
  pool: string;
  /** One of FILLING_KINDS. */
  kind: string;
  /** The rest of a KeptForecast. */
  told: string;
}
