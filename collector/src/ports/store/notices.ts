import type { Alert, Notice } from '../../model/alert.ts';

/** A notice that a sender has still to deliver. */
export interface Pending {
  readonly sender: string;
  readonly notice: Notice;
  /** UTC, milliseconds. */
  readonly postedAt: number;
}

/** Of which notice, by which sender. */
export interface DeliveryKey {
  readonly sender: string;
  readonly noticeId: string;
}

/** A notice, and who is to deliver it. */
export interface AddedNotice {
  readonly notice: Notice;
  readonly senders: readonly string[];
  /** UTC, milliseconds. */
  readonly postedAt: number;
}

/**
 * What people are to be told. Every promise resolves only when its change is durable. Obligations, held by
 * test/contract/notices-store.ts: [NO1] notices are kept with one delivery for each of their senders, all or none,
 * and one whose id is known changes nothing; [NO2] deliveries survive a restart, in the order in which their notices were
 * added, whatever the clock says; [NO3] an alert stands from its start or a reminder until its end is added; [NO4] what
 * is older than asked for is forgotten, but no notice that is still to be delivered, and none of an alert that stands.
 */
export interface NoticesStore {
  /** Those whose ids were not known, in their order. */
  addNotices(added: readonly AddedNotice[]): Promise<readonly Notice[]>;
  pendingNotices(): Promise<readonly Pending[]>;
  /** They are delivered, or given up. */
  endDeliveries(ended: readonly DeliveryKey[]): Promise<void>;
  /** Each as it was told last, in the order of that. */
  standingAlerts(): Promise<readonly Alert[]>;
  /** Notices that were posted before this instant. */
  forgetNotices(postedBefore: number): Promise<void>;
}
