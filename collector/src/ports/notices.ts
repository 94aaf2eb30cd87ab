import type { FaultDetail } from '@trimtab/protocol/shared';
import type { Notice } from '../model/alert.ts';

/** What became of a test notice at one sender. */
export interface TestedSender {
  readonly name: string;
  /** A fault says why the receiver did not take it, and what to do. */
  readonly outcome: 'delivered' | FaultDetail;
}

/**
 * Tells people. Obligations, held by test/contract/notices.ts: [N1] `post` resolves when the notices are durable,
 * all of them or none, not when they are delivered; [N2] a notice whose id was posted before changes nothing; [N3] it is
 * delivered later, and tried again until it is.
 */
export interface Notices {
  /** What is to be told at one time comes together: a receiver may be told many as one. */
  post(notices: readonly Notice[]): Promise<void>;
  /** Waits for the outcome. `to` is the name of a sender; null means all of them. */
  test(to: string | null): Promise<readonly TestedSender[]>;
}
