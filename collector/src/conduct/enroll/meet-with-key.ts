import type { GuestIdentity } from '@trimtab/protocol';
import { domainsAtDoor } from '../../correlate/domains-at-door.ts';
import { isSameUuid } from '../../correlate/match-domain.ts';
import { isElsewhere } from '../../enroll/elsewhere.ts';
import { decideWithKey, type First } from '../../enroll/with-key.ts';
import type { Greeting, Meeting } from '../../link/guest-links.ts';
import type { HostView } from '../../model/domain.ts';
import type { GuestKey, HeldGuest } from '../../ports/store/guest-keys.ts';
import { admitApproved, holdBack, recogniseByKey } from './admit.ts';
import type { Signed } from './check-credential.ts';
import type { Admitting } from './enrolment-deps.ts';
import { findBySaid } from './find-joined.ts';

/** So long has the guest that is connected to show that it is still there, when another shows its key. */
export const FIRST_ANSWERS_WITHIN_MS = 5_000;

/** A guest that has proven a key which has joined here. */
export async function meetWithKey(
  deps: Admitting,
  { hello, socket }: Greeting,
  { signed, key, revocations }: { readonly signed: Signed; readonly key: GuestKey; readonly revocations: number },
): Promise<Meeting> {
  const said = hello.guest;
  const isActive = key.state === 'active';
  const held =
    signed.renewed === null ? null : await deps.held.findApproved({ key: key.key, guest: said }, async () => key);
  const mayBeCopy = isActive && held === null;
  // Side by side: an agent waits for both.
  const [host, first] = await Promise.all([
    isActive ? deps.readHost() : null,
    mayBeCopy ? findFirst(deps, key, said) : ('none' as const),
  ]);
  const otherUuid = isOther(key, said) ? said.productUuid : null;
  const isSuspect = otherUuid !== null || first === 'other-boot-there';
  const entry = decideWithKey({
    key,
    name: isSuspect ? await nameOf(deps, key) : '',
    otherUuid,
    first,
    approved: held?.id ?? null,
    isElsewhere: isElsewhere({
      others: hello.others,
      productUuid: said.productUuid,
      running: host === null || said.productUuid === null ? [] : domainsAtDoor(host.domains).runsHere(said.productUuid),
      host,
    }),
  });
  switch (entry.kind) {
    case 'refused':
      return entry;
    case 'held':
      return holdBack(deps, { hello, socket, key: key.key, reason: entry.reason });
    case 'approved':
      // One that is known already is another guest's, or was revoked.
      if (held !== null && signed.renewed !== null && (await deps.store.findKey(signed.renewed)) === null)
        return letInApproved(deps, { hello, host, held, key: signed.renewed });
      return holdBack(deps, {
        hello,
        socket,
        key: key.key,
        reason: `it shows the key of ${await nameOf(deps, key)}, and has made none of its own`,
      });
    default: {
      const guest = believe(key, said);
      const who = { hello, guest, showing: { kind: 'key', key: key.key, saysMore: false }, called: null } as const;
      return {
        kind: 'admitted',
        proof: 'key',
        identity: guest,
        recognise: () => recogniseByKey(deps, { host, who, key, revocations }),
      };
    }
  }
}

/** By the word of a person, with a key of its own: what it says counts where no guest that has joined says it too. */
export async function letInApproved(
  deps: Admitting,
  {
    hello,
    host,
    held,
    key,
  }: {
    readonly hello: Greeting['hello'];
    readonly host: HostView | null;
    readonly held: HeldGuest;
    readonly key: string;
  },
): Promise<Meeting> {
  const { keys } = await findBySaid(deps, hello.guest, null);
  const saysMore = !keys.includes('active');
  // Its disks are found by its UUID, and one that is another's as well finds none.
  const guest = saysMore ? hello.guest : { ...hello.guest, productUuid: null };
  const who = { hello, guest, showing: { kind: 'key', key, saysMore }, called: held.approvedName } as const;
  return {
    kind: 'admitted',
    proof: 'key',
    identity: guest,
    recognise: () => admitApproved(deps, { host, who, key, held }),
  };
}

/** What a guest joined with is what it is: what it says later leads to nobody else. */
function believe({ productUuid }: GuestKey, said: GuestIdentity): GuestIdentity {
  if (productUuid === null || said.productUuid === null) return { ...said, productUuid };
  return said;
}

function isOther({ productUuid }: GuestKey, said: GuestIdentity): boolean {
  return productUuid !== null && said.productUuid !== null && !isSameUuid(productUuid, said.productUuid);
}

async function findFirst({ links }: Admitting, key: GuestKey, said: GuestIdentity): Promise<First> {
  const first = links.find(key.guest);
  // One that is there by its word alone gives way to its key.
  if (first === null || first.proof === 'word') return 'none';
  const { bootId } = first.identity;
  // On a channel a boot that is not known is none that tells the guest from a copy of it.
  if (bootId === said.bootId || (first.proof === 'channel' && bootId === null)) return 'same-boot';
  return (await links.answers(key.guest, FIRST_ANSWERS_WITHIN_MS)) ? 'other-boot-there' : 'other-boot-gone';
}

async function nameOf({ store }: Admitting, { guest }: GuestKey): Promise<string> {
  const [record] = await store.findGuests([guest]);
  return record?.name ?? guest;
}
