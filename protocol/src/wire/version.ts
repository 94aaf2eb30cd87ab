/**
 * The WebSocket subprotocol. It changes only when the framing does (one MessagePack map a binary frame);
 * messages change under VERSION.
 */
export const SUBPROTOCOL = 'trimtab.1';

/**
 * The newest message set this code speaks, and the oldest it still answers to. Agents live for years inside guests, so
 * OLDEST_VERSION moves slowly and by decision. A field that an older peer can do without is added with a new VERSION
 * and a line here; what it must not be sent becomes one of FEATURES as well. Anything else is forked where the two ends
 * meet, and tested on both sides.
 *
 * 1  the first: intent, grant, started, progress, report, acknowledged, request, cancel, prove, proved, inventory,
 *    problem
 * 2  what causes are told by: a layer's mapperUuid and thinDiscards, a disk's provisioningMode, a filesystem's
 *    blockBytes and inFstab, swaps, fstrimTimer; `again` of a filesystem's result; `cures` of a request; look
 * 3  what causes are told by: a layer's mapperTable, a disk's backingMount, a filesystem's tooSmallBytes, hasFstrim and
 *    `unreached` of the inventory; `limitsAfter` of a report; a disk whose sizeBytes are not told, and mounts of
 *    Windows; usage
 * 4  who is who, proven by keys: `key`, `nonce`, `pin` and `others` of hello, challenge, credential, collector, learned;
 *    `starter` and `nextVisitAt` of hello, rest
 */
export const VERSION = 4;
export const OLDEST_VERSION = 1;

/** The messages' versions that one end understands, both ends included. */
export interface VersionRange {
  readonly oldest: number;
  readonly newest: number;
}

export const SUPPORTED: VersionRange = { oldest: OLDEST_VERSION, newest: VERSION };

export type Negotiated =
  | { readonly kind: 'agreed'; readonly version: number }
  | { readonly kind: 'too-old'; readonly tooOld: 'agent' | 'collector' };

/** The newest version both ends speak; if there is none, which end has to be upgraded. */
export function negotiateVersion({
  guest,
  host,
}: {
  readonly guest: VersionRange;
  readonly host: VersionRange;
}): Negotiated {
  const version = Math.min(guest.newest, host.newest);
  if (version < host.oldest) return { kind: 'too-old', tooOld: 'agent' };
  if (version < guest.oldest) return { kind: 'too-old', tooOld: 'collector' };
  return { kind: 'agreed', version };
}
