import type { Token } from '@trimtab/protocol/joining';
import { isPending, type JoinedCollector } from '../model/joined.ts';
import type { Membership } from '../model/route.ts';
import type { Keys } from '../ports/keys.ts';

/**
 * The collector of a token, with the key that this guest shows there: the one that it has, since that may have been let
 * in already, or a new one. Others that were never joined are left out: their tokens are gone.
 */
export function admitToken({
  collectors,
  token,
  isAgain = false,
  keys,
}: {
  collectors: readonly JoinedCollector[];
  token: Token;
  /** With a key of its own, though this guest has joined there. */
  isAgain?: boolean;
  keys: Keys;
}): { readonly collectors: readonly JoinedCollector[]; readonly member: Membership } {
  const known = collectors.find(({ pins, joinedAt }) => pins.includes(token.pin) && (!isAgain || joinedAt === null));
  const collector =
    known === undefined ? toCollector({ token, keys }) : { ...known, addresses: unite({ token, known }) };
  const others = collectors.filter((each) => each !== known && (each.joinedAt !== null || isPending(each)));
  return {
    collectors: [...others, collector],
    member: { collector, tokenSeed: keys.seedOf(token.secret) },
  };
}

function toCollector({ token, keys }: { token: Token; keys: Keys }): JoinedCollector {
  return {
    seed: keys.newSeed(),
    renewedSeed: null,
    pins: [token.pin],
    addresses: token.addresses,
    name: null,
    joinedAt: null,
    tokenSeed: null,
  };
}

function unite({ token, known }: { token: Token; known: JoinedCollector }): readonly string[] {
  return [...new Set([...token.addresses, ...known.addresses])];
}
