/**
 * What one end may say only to a peer that knows it, and the version of the messages that brought it; PROTOCOL.md says
 * what each is. Whoever would use one asks `speaks` first: a message that the peer does not know closes the session,
 * and a field that it does not know is dropped, so the peer would do something else than it was asked to.
 *
 * A field that only tells more (of a disk, of a layer) is none of these: an older host drops it, and from an older
 * agent it is missing and reads as null, *not known*.
 */
export const FEATURES = {
  look: 2,
  cures: 2,
  usage: 3,
  repeats: 3,
  keys: 4,
  rest: 4,
} as const satisfies Readonly<Record<string, number>>;

export type Feature = keyof typeof FEATURES;

/** Does a peer know this, with which these messages' version was agreed on? */
export function speaks(version: number, feature: Feature): boolean {
  return version >= FEATURES[feature];
}
