import { CLOSE_CODES } from '@trimtab/protocol';

/** Why one door led nowhere. */
export interface Setback {
  /** Which one, on the round. */
  readonly route: number;
  readonly door: number;
  readonly address: string;
  readonly code: number;
  /** The words of whoever closed; of a peer, so they are anything. */
  readonly reason: string;
  /** How far it had come. */
  readonly stage: 'connecting' | 'greeting' | 'keeping' | 'proving' | 'connected';
  /** It was said by the host whose key is known: nobody on the way can have made it up. */
  readonly isProven: boolean;
  /** Null where the code and the reason say all there is. */
  readonly meaning: Meaning | null;
}

export interface Meaning {
  /** Without its full stop. */
  readonly sentence: string;
  /** What a person can do about it. */
  readonly remedy: string | null;
  /** An early return would only end the same way. */
  readonly isSlow: boolean;
}

const JOIN = 'on the host run trimtab enroll GUEST, and here trimtab-agent join TOKEN';
const AGAIN = 'on the host run trimtab enroll GUEST, and here trimtab-agent join --again TOKEN';

const SHOWS_WHY = 'Run trimtab guests on the host: it shows why, and the command that lets this one in.';

type Said = Omit<Meaning, 'isSlow'>;

/** What a host says by a close code to a guest that it does not take as it is; PROTOCOL.md has them all. */
const REFUSALS: Readonly<Record<number, Said>> = {
  [CLOSE_CODES.revoked]: {
    sentence: 'the host has revoked the key of this guest',
    remedy: `To let it in again, run trimtab guests reinstate GUEST on the host.`,
  },
  [CLOSE_CODES.unknownKey]: {
    sentence:
      'the host does not know the key of this guest: it was forgotten there, what the host knew is lost, or it has joined anew since, with another key',
    remedy: `If it is to be let in, join again: ${AGAIN}. If this is a copy from before, stop its agent.`,
  },
  [CLOSE_CODES.notJoined]: {
    sentence: 'the host takes no guest that has not joined',
    remedy: `Join it: ${JOIN}.`,
  },
  [CLOSE_CODES.tokenExpired]: {
    sentence: 'the time of this token is over, by the clock of the host',
    remedy: 'Have another made: on the host run trimtab enroll GUEST, with --ttl for a longer time.',
  },
  [CLOSE_CODES.tokenUsed]: {
    sentence: 'this token was used by another guest already',
    remedy: 'Have another made: on the host run trimtab enroll GUEST, with --uses N for several guests.',
  },
  [CLOSE_CODES.tokenUnknown]: {
    sentence: 'the host has made no such token, or has withdrawn it, as when its guest has joined by another',
    remedy: 'Have another made: on the host run trimtab enroll GUEST.',
  },
  [CLOSE_CODES.held]: {
    sentence: 'the host takes this guest for a copy of another, and lets it in only by the word of a person',
    remedy: `${SHOWS_WHY} It then has a key of its own.`,
  },
  [CLOSE_CODES.superseded]: {
    sentence:
      'the collector let another agent take this session: two guests share one identity, or two agents run here',
    remedy: null,
  },
  [CLOSE_CODES.elsewhere]: {
    sentence: 'the host does not run this guest now',
    remedy: null,
  },
};

/** The same where this guest shows a token. */
const REFUSED_JOINS: Readonly<Record<number, Said>> = {
  [CLOSE_CODES.held]: {
    sentence:
      'the host doubts that this is the guest that the token was made for, and lets it in only by the word of a person',
    remedy: `${SHOWS_WHY} If it was the token of another guest, join by one that is made for this one: ${AGAIN}.`,
  },
};

/** What does not prove itself as it should: found out by this end, or said by the other. */
const PROOFS: Readonly<Record<number, { readonly here: Said; readonly there: Said }>> = {
  [CLOSE_CODES.wrongKey]: {
    here: {
      sentence: 'what answers there is not the collector that this guest knows: it proves another key',
      remedy: `If the collector was made anew, or this is the address of another, join again: ${AGAIN}.`,
    },
    there: {
      sentence: 'the host says that it is not the one that this guest has joined',
      remedy: `Join again: ${AGAIN}.`,
    },
  },
  [CLOSE_CODES.badSignature]: {
    here: {
      sentence: 'the signature of the host is not of this connection: somebody passes on what others said',
      remedy: 'Look who answers at that address.',
    },
    there: {
      sentence: 'the host finds that the signature of this guest is not of this connection, or not by its key',
      remedy: 'Look whether something between this guest and the host passes on what they say (a proxy).',
    },
  },
  [CLOSE_CODES.downgrade]: {
    here: {
      sentence: 'what answers there does not prove that it is the collector that this guest knows',
      remedy: 'Look who answers at that address. If it is the collector, it is older than this agent: update it.',
    },
    there: {
      sentence: 'the host knows this guest by a key, and no key was shown',
      remedy: `If this guest has lost its state directory, join again: ${AGAIN}.`,
    },
  },
};

/** `isOwn`: this end closed. `showsToken`: this guest joins. */
export function meaningOf({ code, isOwn, showsToken }: Closed): Meaning | null {
  const proof = PROOFS[code];
  const refusal = (showsToken ? REFUSED_JOINS[code] : undefined) ?? REFUSALS[code];
  const meaning = proof === undefined ? refusal : isOwn ? proof.here : proof.there;
  return meaning === undefined ? null : { ...meaning, isSlow: true };
}

interface Closed {
  readonly code: number;
  readonly isOwn: boolean;
  readonly showsToken: boolean;
}

/** As `ws` tells of the HTTP status 426 (Upgrade Required): the collector is there, and speaks TLS alone. */
const SPEAKS_TLS = 'Unexpected server response: 426';

export function meaningOfFailure(reason: string): Meaning | null {
  if (reason !== SPEAKS_TLS) return null;
  return { sentence: 'the collector speaks to no guest without TLS', remedy: `Join it: ${JOIN}.`, isSlow: true };
}

/** The host has not taken the key that it had asked for; the one before is shown again. */
export const NOT_RENEWED: Meaning = {
  sentence: 'the host does not know the key that this guest has made; the one before it is shown next',
  remedy: null,
  isSlow: false,
};

export const NOT_KEPT: Meaning = {
  sentence: 'the key that the host asked this guest to make cannot be kept',
  remedy: null,
  isSlow: true,
};

/** The port is there, and nobody has accepted a stream over it. */
export const NOBODY_ON_CHANNEL: Meaning = {
  sentence: 'no collector has opened the port of this guest on the host yet',
  remedy: 'On the host, see that trimtab serve runs, and that nothing else holds the socket of the port.',
  isSlow: false,
};

/** While the session went over a network. */
export const PLUGGED_IN: Meaning = {
  sentence: 'this guest has a port to its host now',
  remedy: null,
  isSlow: false,
};

/** An early return would only end the same way. */
export function isSlow({ code, meaning }: Setback): boolean {
  return meaning?.isSlow ?? (code === CLOSE_CODES.version || code === CLOSE_CODES.tooMany);
}
