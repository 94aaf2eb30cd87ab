import type { Enrolment } from '../ports/store/enrolments.ts';
import type { Entry } from './entry.ts';
import { REFUSED, type Refused } from './refusals.ts';

/** What is known of a guest whose key is new here. */
export interface TokenFacts {
  /** A person has let it in with this key: where it was held. */
  readonly approved: string | null;
  /** Does it show a token? */
  readonly showsToken: boolean;
  /** That token, as it was made here; null where none was. */
  readonly enrolment: Enrolment | null;
  readonly nowMs: number;
  /**
   * The product UUID that the hypervisor has for the name that the token was made for, and the other one that the guest
   * says; null where they are the same, and where one of them is not known.
   */
  readonly otherUuid: { readonly ofName: string; readonly said: string } | null;
  /** The guest that has joined already and that all this one says of itself leads to. */
  readonly joinedBefore: string | null;
  /** The same of one that a person has revoked since, and when: a token that is not a later word for it lets it in no more. */
  readonly revokedBefore: { readonly name: string; readonly at: number } | null;
  /** Another one that has joined has the name that the token was made for. */
  readonly isNameTaken: boolean;
}

export function decideByToken(facts: TokenFacts): Entry {
  const { approved, showsToken, enrolment, nowMs } = facts;
  if (approved !== null) return { kind: 'approved', held: approved };
  if (!showsToken) return REFUSED.unknownKey;
  if (enrolment === null) return REFUSED.tokenUnknown;
  const over = findOver(enrolment, nowMs);
  if (over !== null) return over;
  const doubt = findDoubt(facts, enrolment);
  return doubt === null ? { kind: 'joins' } : { kind: 'held', reason: doubt };
}

/** Does this token let nobody in any more? */
export function findOver({ expiresAt, uses, mostUses }: Enrolment, nowMs: number): Refused | null {
  if (expiresAt <= nowMs) return REFUSED.tokenExpired;
  return uses >= mostUses ? REFUSED.tokenUsed : null;
}

/** Why this may not be the guest that the token was made for. */
function findDoubt(facts: TokenFacts, { guest, madeAt }: Enrolment): string | null {
  const { otherUuid, joinedBefore, revokedBefore, isNameTaken } = facts;
  if (otherUuid !== null)
    return `its token was made for ${guest}, whose product UUID is ${otherUuid.ofName}, and it says ${otherUuid.said}`;
  if (joinedBefore !== null && joinedBefore !== guest)
    return `what it says of itself is what ${joinedBefore} says, which has joined already`;
  if (revokedBefore !== null && (revokedBefore.name !== guest || madeAt < revokedBefore.at))
    return `what it says of itself is what ${revokedBefore.name} says, whose key was revoked`;
  if (isNameTaken) return `its token was made for ${guest}, and another guest of this name has joined already`;
  return null;
}
