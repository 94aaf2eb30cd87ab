export const ALERT_RULES = [
  'pool-filling',
  'pool-full',
  'metadata-full',
  'overcommit',
  'trims-without-effect',
  'slack',
  'guest-away',
  'guests-held',
] as const;
export type AlertRule = (typeof ALERT_RULES)[number];

/** Their subject is a guest; that of all others is a pool, but for `guests-held`, which has one for the whole host. */
export const GUEST_RULES: ReadonlySet<AlertRule> = new Set<AlertRule>(['trims-without-effect', 'slack', 'guest-away']);

export type AlertSeverity = 'warning' | 'critical';

/** Something that a person should know of, from its start to its end. */
export interface Alert {
  /** Drawn at its start; the same until its end, and no other's. */
  readonly id: string;
  readonly rule: AlertRule;
  readonly severity: AlertSeverity;
  /** The key of a pool, the name of a guest, or `held guests`. */
  readonly subject: string;
  readonly host: string;
  /** UTC, milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** What it is, in one sentence. */
  readonly sentence: string;
  /** What to do: a sentence or a command. */
  readonly hint: string | null;
  /** What it rests on, by name, with units in the name. */
  readonly values: Readonly<Record<string, number>>;
}

export const NOTICE_EVENTS = ['start', 'reminder', 'end', 'test'] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** What is told of an alert at one moment. One id is one notice, however often it is posted. */
export interface Notice {
  readonly id: string;
  readonly event: NoticeEvent;
  /** UTC, milliseconds. */
  readonly at: number;
  readonly alert: Alert;
}

/**
 * Many notices of one event and one rule, told as one to people. Its `alert` is what they have in common, and no alert of
 * its own; it is never stored.
 */
export interface GroupNotice extends Notice {
  /** The most urgent first. */
  readonly grouped: readonly Alert[];
}

export function isGroup(notice: Notice): notice is GroupNotice {
  return 'grouped' in notice;
}
