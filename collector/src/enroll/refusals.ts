import { CLOSE_CODES, type CloseCode } from '@trimtab/protocol';

/** Why a guest is not let in: the code of its close frame, and the sentence with it, which names no other guest. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: CloseCode;
  /** At most 123 bytes: a close frame has no more (RFC 6455, section 5.5). */
  readonly reason: string;
}

const refuse = (code: CloseCode, reason: string): Refused => ({ kind: 'refused', code, reason });

export const REFUSED = {
  notJoined: refuse(
    CLOSE_CODES.notJoined,
    'no guest is taken here without a key: trimtab enroll, on the host, prints a token for trimtab-agent join',
  ),
  unknownKey: refuse(
    CLOSE_CODES.unknownKey,
    'this host does not know the key: trimtab enroll, on the host, prints a token for trimtab-agent join',
  ),
  revoked: refuse(
    CLOSE_CODES.revoked,
    'the key of this guest was revoked; trimtab guests reinstate, on the host, lets it in again',
  ),
  // Nobody has revoked it, so that nobody can reinstate it.
  replaced: refuse(
    CLOSE_CODES.unknownKey,
    'the guest has joined anew since, with another key, and this one is no longer taken',
  ),
  tokenUnknown: refuse(
    CLOSE_CODES.tokenUnknown,
    'this host made no such token, or withdrew it; trimtab enroll, on the host, makes one',
  ),
  tokenExpired: refuse(
    CLOSE_CODES.tokenExpired,
    'the time of the token is over, by the clock of the host; trimtab enroll, there, makes another',
  ),
  tokenUsed: refuse(
    CLOSE_CODES.tokenUsed,
    'the token is used up; trimtab enroll, on the host, makes another (--uses for several guests)',
  ),
  badSignature: refuse(
    CLOSE_CODES.badSignature,
    'a signature is not of this connection, or not by the key that it is said to be by',
  ),
  downgrade: refuse(
    CLOSE_CODES.downgrade,
    'this guest has joined with a key, and shows none; trimtab-agent join --again gives it one',
  ),
  elsewhere: refuse(CLOSE_CODES.elsewhere, 'this host does not run the guest now; another of its collectors may'),
  notStored: refuse(
    CLOSE_CODES.internal,
    'the host cannot store now what lets the guest in (a full or read-only disk, say); come back',
  ),
  unreadHost: refuse(
    CLOSE_CODES.internal,
    'the host cannot tell now whose channel this is: its guests could not be read; come back',
  ),
} satisfies Readonly<Record<string, Refused>>;

/** Of one whom a person has dismissed, until another word. */
export function refuseDismissed(id: string): Refused {
  return refuse(
    CLOSE_CODES.held,
    `dismissed by a person; if that was wrong, on the host: trimtab guests approve ${id}`,
  );
}

/** Of one that waits for a person's word. */
export function refuseHeld(id: string | null): Refused {
  const how = id === null ? 'trimtab guests tells more' : `trimtab guests approve ${id}`;
  return refuse(CLOSE_CODES.held, `held until a person decides, on the host: ${how}`);
}
