import type { AskedBy } from '../../model/asked-by.ts';
import type {
  ApiTokenMade,
  ApiTokenQuery,
  ApiTokenRow,
  ApiTokensView,
  DeedsView,
  Enrolled,
  EnrollQuery,
  EnrolmentRow,
  EnrolmentsView,
  GuestKeysDone,
  HeldRow,
  HostKeysView,
  Renamed,
} from '../../model/enrolment.ts';

/**
 * Who may connect as which guest, and who may ask. `askedBy`: who asks, which who serves the face says; a client cannot.
 * What is changed is kept as a deed with that.
 */
export interface EnrolmentDesk {
  /** Throws `ambiguous-guest`, `bad-name`, `no-address`. */
  enroll(query: EnrollQuery, askedBy?: AskedBy): Promise<Enrolled>;
  enrolments(): Promise<EnrolmentsView>;
  /** Throws `unknown-enrolment`. */
  withdraw(query: { readonly id: string }, askedBy?: AskedBy): Promise<EnrolmentRow>;
  /** By its id, else by what it calls itself. Throws `unknown-held`, `ambiguous-held`, `name-taken`, `bad-name`. */
  approve(query: { readonly held: string; readonly name: string | null }, askedBy?: AskedBy): Promise<HeldRow>;
  /** Throws `unknown-held`, `ambiguous-held`. */
  dismiss(query: { readonly held: string }, askedBy?: AskedBy): Promise<HeldRow>;
  /** Its session ends, and it cannot come back. Throws `unknown-guest`, `ambiguous-guest`, `no-key`. */
  revoke(query: { readonly guest: string }, askedBy?: AskedBy): Promise<GuestKeysDone>;
  /** Throws `unknown-guest`, `ambiguous-guest`, `no-key`. */
  reinstate(query: { readonly guest: string }, askedBy?: AskedBy): Promise<GuestKeysDone>;
  /** Throws `unknown-guest`, `ambiguous-guest`, `never-here`, `name-taken`, `bad-name`. */
  rename(query: { readonly guest: string; readonly name: string }, askedBy?: AskedBy): Promise<Renamed>;
  hostKeys(): Promise<HostKeysView>;
  /** Throws `operators-key`, `too-many-keys`, `host-keys-not-kept`. */
  rotateHostKey(query: { readonly overlapMs: number }, askedBy?: AskedBy): Promise<HostKeysView>;
  apiTokens(): Promise<ApiTokensView>;
  /** Throws `token-exists`. */
  createApiToken(query: ApiTokenQuery, askedBy?: AskedBy): Promise<ApiTokenMade>;
  /** Throws `unknown-token`. */
  revokeApiToken(query: { readonly name: string }, askedBy?: AskedBy): Promise<ApiTokenRow>;
  /** What people had done, and who they were. */
  deeds(query: { readonly limit: number }): Promise<DeedsView>;
}
