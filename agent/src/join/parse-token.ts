import { type ReadToken, readToken, type Token } from '@trimtab/protocol/joining';
import { Fault } from '@trimtab/protocol/shared';
import { parseAddress } from './to-routes.ts';

const CAUSES: Readonly<Record<Exclude<ReadToken['kind'], 'token'>, readonly [cause: string, hint: string]>> = {
  'not-a-token': [
    'it is no token: one begins with tt1.',
    'Paste the line that trimtab enroll GUEST printed on the host, whole.',
  ],
  newer: ['it is of a newer kind than this agent knows', 'Update this agent, or have the host make a token for it.'],
  cut: ['its end is missing', 'Copy it anew, whole: terminals and mails break long lines.'],
  mistyped: ['it is not as it was printed: its checksum is another', 'Copy it anew instead of typing it.'],
};

/** Throws a Fault `bad-token`, which says nothing of what is in the token: it is a secret. */
export function parseToken({ text, place }: { text: string; place: string }): Token {
  const read = readToken(text);
  if (read.kind !== 'token') throw refuse({ place, causes: CAUSES[read.kind] });
  const addresses = read.token.addresses.filter((address) => parseAddress(address).length > 0);
  if (addresses.length === 0)
    throw refuse({ place, causes: ['it names no address of a collector', 'Have the host make another.'] });
  return { ...read.token, addresses };
}

function refuse({ place, causes: [cause, hint] }: { place: string; causes: readonly [string, string] }): Fault {
  return new Fault({ code: 'bad-token', operation: 'join', subject: place, cause, hint });
}
