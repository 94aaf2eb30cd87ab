import { PLAIN_BINDING } from '@trimtab/protocol/joining';
import { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import { REFUSED } from '../../enroll/refusals.ts';
import type { Arriving, GuestLinkEvents, Meeting } from '../../link/guest-links.ts';
import type { AskedBy } from '../../model/asked-by.ts';
import type { Finding } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import { readHostFor } from '../survey/recognise-guest.ts';
import { checkCredential } from './check-credential.ts';
import type { Admitting, EnrolmentDeps } from './enrolment-deps.ts';
import { createHeldBook } from './held-book.ts';
import { makeChallenge } from './make-challenge.ts';
import { meetNewKey } from './meet-new-key.ts';
import { meetWithKey } from './meet-with-key.ts';
import { meetOnChannel, meetWithoutKey } from './meet-without-key.ts';
import { recalls } from './recalls.ts';
import { createTellDoors } from './tell-doors.ts';

/**
 * Who is let in, and what people decide of that. One key is read of the store for a guest that has joined, and nothing
 * is written where nothing has changed: after a restart of the collector all of them come at once.
 */
export function createEnrolment(deps: EnrolmentDeps) {
  const { links, store } = deps;
  const held = createHeldBook(store);
  const doors = createTellDoors(deps);
  let revocations = 0;
  const admitting: Admitting = {
    ...deps,
    held,
    readHost: () => readHostFor(deps),
    revocations: () => revocations,
    oneAtATime: createOneAtATime<string>(),
    noteKey: doors.admitted,
  };

  const challenge: GuestLinkEvents['challenge'] = async ({ hello, socket }) => {
    const shown = { key: hello.key ?? '', guest: hello.guest };
    const approved = await held.findApproved(shown, () => store.findKey(shown.key));
    // One that was held before it had joined has a key of its own.
    const renew = approved !== null && (await store.findKey(shown.key)) !== null;
    return makeChallenge({ ...deps, hello, binding: bindingOf(socket), renew });
  };

  const meet: GuestLinkEvents['meet'] = async (greeting): Promise<Meeting> => {
    const { hello, socket, answered } = greeting;
    if (socket.proof.kind === 'channel') return meetOnChannel(admitting, greeting, socket.proof.domain);
    if (answered === null) return meetWithoutKey(admitting, greeting);
    const signed = checkCredential({ ...answered, hello, binding: bindingOf(socket), verify: deps.verify });
    if (signed === null) return REFUSED.badSignature;
    const before = revocations;
    const key = await store.findKey(signed.key);
    if (key === null) return meetNewKey(admitting, greeting, signed);
    return meetWithKey(admitting, greeting, { signed, key, revocations: before });
  };

  return {
    recalls: (arriving: Arriving, isKnown: GuestLinkEvents['isKnown']) => recalls(deps, arriving, isKnown),
    challenge,
    meet,
    doors,
    async approve(call: Parameters<typeof store.approve>[0]): Promise<boolean> {
      const isThere = await store.approve(call);
      held.changed();
      return isThere;
    },
    async dismiss(id: string): Promise<boolean> {
      const isThere = await store.dismiss(id);
      held.changed();
      return isThere;
    },
    /** All keys of a guest, and its session ends. How many there were. */
    async revoke(call: { readonly guest: GuestId; readonly by: AskedBy; readonly nowMs: number }): Promise<number> {
      const count = await store.revoke(call);
      revocations += 1;
      if (count > 0) links.end(call.guest, REFUSED.revoked);
      return count;
    },
    /** Those keys of a guest that a person has revoked. How many there were. */
    async reinstate(call: { readonly guest: GuestId }): Promise<number> {
      const count = await store.reinstate(call);
      held.changed();
      return count;
    },
    /** What there is to say of guests that are taken without a key. */
    findings(): readonly Finding[] {
      if (!deps.acceptUnenrolled) return [];
      const count = links.guests().filter(({ proof }) => proof === 'word').length;
      const connected = count === 1 ? '1 guest is' : `${count} guests are`;
      return [
        {
          subject: 'agents',
          sentence: `Whoever reaches the agents’ port may claim to be a guest that has not joined (accept-unenrolled). ${connected} connected without a key.`,
          hint: 'Join them: trimtab enroll GUEST prints the line for each. Then start trimtab serve without --accept-unenrolled.',
        },
      ];
    },
  };
}

/** What ties a proof to its connection. Nothing is proven by keys on a channel. */
function bindingOf({ proof }: Arriving['socket']): string {
  return proof.kind === 'network' ? proof.binding : PLAIN_BINDING;
}

export type Enrolling = ReturnType<typeof createEnrolment>;
