import { Fault, toReason } from '@trimtab/protocol/shared';
import { findOver } from '../../enroll/by-token.ts';
import { REFUSED, type Refused, refuseDismissed, refuseHeld } from '../../enroll/refusals.ts';
import type { Arriving, Recognition } from '../../link/guest-links.ts';
import type { HostView } from '../../model/domain.ts';
import type { Enrolment, Spending } from '../../ports/store/enrolments.ts';
import type { GuestKey, HeldGuest } from '../../ports/store/guest-keys.ts';
import type { Recognised } from '../../ports/store/guests.ts';
import { recogniseGuest, type ToRecognise } from '../survey/recognise-guest.ts';
import type { Admitting } from './enrolment-deps.ts';

type Host = Pick<HostView, 'domains'> | null;

/** How often keys had been revoked before it was read which keys there are. */
interface Read {
  readonly revocations: number;
}

/** One that is taken at its word, or that comes by its channel. */
export async function recognise(
  deps: Admitting,
  { host, who, revocations }: Omit<Letting, 'key'> & Read,
): Promise<Recognition> {
  const guest = await recogniseGuest({ ...deps, host }, who);
  // Keys that were revoked meanwhile had no session yet that could be ended.
  if (deps.revocations() !== revocations) {
    const states = (await deps.store.keys(guest.id)).map(({ state }) => state);
    if (states.includes('revoked') && !states.includes('active')) return REFUSED.revoked;
  }
  return { kind: 'recognised', ...guest };
}

/** One whose key has joined. */
export async function recogniseByKey(
  deps: Admitting,
  { host, who, key, revocations }: Omit<Letting, 'key'> & Read & { readonly key: GuestKey },
): Promise<Recognition> {
  const guest = await recogniseGuest({ ...deps, host }, who);
  if (deps.revocations() !== revocations && (await deps.store.findKey(key.key))?.state !== 'active')
    return REFUSED.revoked;
  deps.noteKey(guest.id, key);
  return { kind: 'recognised', ...guest };
}

interface Letting {
  readonly host: Host;
  readonly who: ToRecognise;
  readonly key: string;
}

/**
 * Which guest it is, and then its key with one use of the token. Where that is used up meanwhile, by another collector on
 * this database, no more than a guest that was seen is left of it.
 */
export function joinByToken(deps: Admitting, letting: Letting & { readonly token: string }): Promise<Recognition> {
  const { clock, store } = deps;
  const { host, who, token } = letting;
  return deps.oneAtATime(token, () =>
    orNotStored(deps, async () => {
      const enrolment = await store.findEnrolment(token);
      const over = enrolment === null ? REFUSED.tokenUnknown : findOver(enrolment, clock.now());
      if (enrolment === null || over !== null) return over ?? REFUSED.tokenUnknown;
      const guest = await recogniseGuest({ ...deps, host }, who);
      const key = {
        ...toNewKey(letting, guest, clock.now()),
        joinedBy: { kind: 'enrolment', id: enrolment.id } as const,
      };
      const spent = await store.join({ key, enrolment: token, nowMs: clock.now() });
      if (spent !== 'ok') return AS_SPENT[spent];
      deps.held.changed();
      deps.noteKey(guest.id, { key: letting.key, learnedPins: [] });
      deps.log.info({ guest: guest.name, id: guest.id, token: enrolment.id }, 'a guest has joined');
      return { kind: 'recognised', ...guest };
    }),
  );
}

const AS_SPENT: Readonly<Record<Exclude<Spending, 'ok'>, Refused>> = {
  unknown: REFUSED.tokenUnknown,
  expired: REFUSED.tokenExpired,
  used: REFUSED.tokenUsed,
};

/** By the word of a person, who has decided about it when it was held. */
export function admitApproved(deps: Admitting, letting: Letting & { readonly held: HeldGuest }): Promise<Recognition> {
  const { host, who, held } = letting;
  return orNotStored(deps, async () => {
    const guest = await recogniseGuest({ ...deps, host }, who);
    const joinedBy = held.approvedBy ?? ({ kind: 'trimtab' } as const);
    const isLetIn = await deps.store.admit({
      key: { ...toNewKey(letting, guest, deps.clock.now()), joinedBy },
      held: held.id,
    });
    deps.held.changed();
    // It was dismissed meanwhile.
    if (!isLetIn) return refuseHeld(null);
    deps.noteKey(guest.id, { key: letting.key, learnedPins: [] });
    deps.log.info({ guest: guest.name, id: guest.id, held: held.id }, 'a guest that was held has joined');
    return { kind: 'recognised', ...guest };
  });
}

function toNewKey({ who: { guest }, key }: Letting, { id }: Recognised, joinedAt: number) {
  return { key, guest: id, productUuid: guest.productUuid, machineId: guest.machineId, joinedAt };
}

/** It waits for a person's word. */
export async function holdBack(
  deps: Admitting,
  {
    hello: { guest },
    socket,
    key,
    token = null,
    reason,
  }: Arriving & { readonly key: string; readonly token?: Enrolment | null; readonly reason: string },
): Promise<Refused> {
  const hold = async () => {
    const { productUuid, machineId, bootId, hostname } = guest;
    const said = { key, productUuid, machineId, bootId, hostname };
    const held = await deps.held.hold({ ...said, address: socket.address, reason, lastAt: deps.clock.now() }, token);
    if (held !== null)
      deps.log.warn({ held: held.id, hostname, address: socket.address }, `a guest is held: ${reason}`);
    return held?.isDismissed === true ? refuseDismissed(held.id) : refuseHeld(held?.id ?? null);
  };
  // Of those that come by one token at once each is counted.
  return orNotStored(deps, () => (token === null ? hold() : deps.oneAtATime(token.key, hold)));
}

/** A store that is full or read-only is no reason for a guest to give up. */
async function orNotStored<Value>(deps: Pick<Admitting, 'log'>, work: () => Promise<Value>): Promise<Value | Refused> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault) || !error.detail.code.startsWith('store-')) throw error;
    deps.log.error({ reason: toReason(error) }, 'what lets a guest in could not be stored');
    return REFUSED.notStored;
  }
}
