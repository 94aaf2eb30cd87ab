import type { GuestIdentity } from '@trimtab/protocol';
import type { GuestId } from '../model/guest-id.ts';

/** What its guest says that it is, it says once. */
interface Named {
  readonly guest: { readonly id: GuestId; readonly identity: GuestIdentity };
}

/**
 * The links of guests, one a guest, found by its id and by what it says that it is: each request of a person asks for
 * some among thousands.
 */
export function createLinkBook<Link extends Named>() {
  const byId = new Map<GuestId, Link>();
  const byWord = new Map<string, Link[]>();

  function removeWords(link: Link): void {
    for (const word of toWords(link)) {
      const others = (byWord.get(word) ?? []).filter((other) => other !== link);
      if (others.length === 0) byWord.delete(word);
      else byWord.set(word, others);
    }
  }

  return {
    all: (): readonly Link[] => [...byId.values()],
    find: (id: GuestId): Link | undefined => byId.get(id),
    /** In the place of another of the same guest. */
    put(link: Link): void {
      const before = byId.get(link.guest.id);
      if (before !== undefined) removeWords(before);
      byId.set(link.guest.id, link);
      for (const word of toWords(link)) {
        const others = byWord.get(word);
        if (others === undefined) byWord.set(word, [link]);
        else others.push(link);
      }
    },
    /** False where another has taken its place. */
    remove(link: Link): boolean {
      if (byId.get(link.guest.id) !== link) return false;
      byId.delete(link.guest.id);
      removeWords(link);
      return true;
    },
    /** Those whose guests say that their product UUID or their boot id is one of these words. */
    saying: (words: readonly string[]): readonly Link[] => [
      ...new Set(words.flatMap((word) => byWord.get(word) ?? [])),
    ],
  };
}

function toWords({ guest: { identity } }: Named): readonly string[] {
  const { productUuid, bootId } = identity;
  return [...new Set([productUuid, bootId].filter((word) => word !== null))];
}
