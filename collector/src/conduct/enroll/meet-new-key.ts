import { domainsAtDoor } from '../../correlate/domains-at-door.ts';
import { findNamed, isSameUuid } from '../../correlate/match-domain.ts';
import { decideByToken, type TokenFacts } from '../../enroll/by-token.ts';
import type { Greeting, Meeting } from '../../link/guest-links.ts';
import type { HostView } from '../../model/domain.ts';
import type { Enrolment } from '../../ports/store/enrolments.ts';
import { holdBack, joinByToken } from './admit.ts';
import type { Signed } from './check-credential.ts';
import type { Admitting } from './enrolment-deps.ts';
import { findByName, findBySaid } from './find-joined.ts';
import { letInApproved } from './meet-with-key.ts';

/** A guest that has proven a key which nobody here knows: it joins by a token, or by a person's word. */
export async function meetNewKey(
  deps: Admitting,
  { hello, socket }: Greeting,
  { key, token }: Signed,
): Promise<Meeting> {
  const enrolment = token === null ? null : await deps.store.findEnrolment(token);
  const held = await deps.held.findApproved({ key, guest: hello.guest }, async () => null);
  const host = held === null && enrolment === null ? null : await deps.readHost();
  const doubts = enrolment === null ? NO_DOUBTS : await findDoubts(deps, { hello, host, enrolment });
  const entry = decideByToken({
    approved: held?.id ?? null,
    showsToken: token !== null,
    enrolment,
    nowMs: deps.clock.now(),
    ...doubts,
  });
  if (entry.kind === 'refused') return entry;
  if (entry.kind === 'held') return holdBack(deps, { hello, socket, key, token: enrolment, reason: entry.reason });
  if (held !== null) return letInApproved(deps, { hello, host, held, key });
  if (token === null) throw new Error('nobody joins without a token');
  const showing = { kind: 'key', key, saysMore: true } as const;
  const who = { hello, guest: hello.guest, showing, called: enrolment?.guest ?? null };
  const recognise = () => joinByToken(deps, { host, who, key, token });
  return { kind: 'admitted', proof: 'key', identity: hello.guest, recognise };
}

type Doubts = Pick<TokenFacts, 'otherUuid' | 'joinedBefore' | 'revokedBefore' | 'isNameTaken'>;

const NO_DOUBTS: Doubts = { otherUuid: null, joinedBefore: null, revokedBefore: null, isNameTaken: false };

async function findDoubts(
  deps: Admitting,
  {
    hello: { guest },
    host,
    enrolment: { guest: name },
  }: { readonly hello: Greeting['hello']; readonly host: HostView | null; readonly enrolment: Enrolment },
): Promise<Doubts> {
  const domains = host?.domains ?? [];
  const { record, keys, revokedAt } = await findBySaid(deps, guest, domainsAtDoor(domains).match(guest).domain);
  const joinedBefore = keys.includes('active') ? (record?.name ?? null) : null;
  const revokedBefore = record === null || revokedAt === null ? null : { name: record.name, at: revokedAt };
  if (name === null) return { ...NO_DOUBTS, joinedBefore, revokedBefore };
  const said = guest.productUuid;
  const ofName = findNamed({ domains, name, said });
  const isOther = ofName !== null && said !== null && !isSameUuid(ofName, said);
  const named = await findByName(deps, name);
  return {
    otherUuid: isOther ? { ofName, said } : null,
    joinedBefore,
    revokedBefore,
    isNameTaken: named.record?.id !== record?.id && named.keys.includes('active'),
  };
}
