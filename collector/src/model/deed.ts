import type { AskedBy } from './asked-by.ts';

/** What somebody had done who may. Trims are not among them: each has its own record, and says who asked for it. */
export const DEED_KINDS = [
  'repair',
  'enroll',
  'withdraw',
  'approve',
  'dismiss',
  'revoke',
  'reinstate',
  'rename',
  'forget',
  'rotate-key',
  'restore-keys',
  'create-token',
  'revoke-token',
] as const;
export type DeedKind = (typeof DEED_KINDS)[number];

export interface Deed {
  readonly kind: DeedKind;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly askedBy: AskedBy;
  /** To what: the name of a guest, a disk, a token. As it was called then. */
  readonly subject: string;
  /** What came of it, in a few words; null where its kind says it. */
  readonly outcome: string | null;
}

/** As many say what was done in the last months of a busy host. */
export const DEEDS_KEPT = 1_024;
