import { Fault } from '@trimtab/protocol/shared';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { ForgetQuery, Forgetting } from '../../model/forgetting.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import { findGuests } from '../survey/find-guest.ts';
import { type KnownGuest, type KnownGuestsDeps, readKnownGuests } from '../survey/known-guests.ts';
import type { Trims } from '../trims/trims.ts';

export interface ForgetDeps extends KnownGuestsDeps {
  readonly links: Pick<GuestLinks, 'guests' | 'isConnected' | 'sendAway'>;
  readonly store: KnownGuestsDeps['store'] &
    Pick<GuestsStore, 'forgetGuest' | 'countTrims'> &
    Pick<SamplesStore, 'forgetSeries'>;
  readonly trims: Pick<Trims, 'forgetGuest'>;
}

/** Throws `unknown-guest`, `ambiguous-guest`, `guest-connected`, `nothing-to-forget`; then nothing is forgotten. */
export async function forgetGuest(deps: ForgetDeps, { guest: wanted, dryRun }: ForgetQuery): Promise<Forgetting> {
  const { links, store } = deps;
  const meant = findGuests(await readKnownGuests(deps), wanted);
  const connected = meant.find((guest) => guest.connected !== null);
  if (connected !== undefined) throw stillConnected(connected);
  const [only, ...others] = meant.filter(({ record }) => record !== null);
  const record = only?.record ?? null;
  if (only === undefined || record === null) throw nothingToForget(wanted);
  if (others.length > 0) throw ambiguous(wanted, [only, ...others]);
  const count = await store.countTrims(record.id);
  const told = { guest: only.name, guestId: record.id, trims: count, knownToHost: only.domain !== null };
  if (dryRun) return { ...told, forgotten: false };
  await store.forgetSeries({ kind: 'filesystem', subjectBegins: `${record.id} ` });
  await store.forgetGuest(record.id);
  // It said hello meanwhile, and was recognised as the one that is no more: it comes back as a new one.
  if (links.isConnected(record.id)) links.sendAway(record.id);
  await deps.trims.forgetGuest(record.id);
  return { ...told, forgotten: true };
}

function stillConnected({ name, state }: KnownGuest): Fault {
  return new Fault({
    code: 'guest-connected',
    operation: 'forget the guest',
    subject: name,
    cause: 'its agent is connected, and would be recorded again at once',
    hint:
      state === 'off'
        ? 'It is off, and its connection ends within half a minute. Ask again then.'
        : 'Stop the agent in the guest first, with what keeps it running: trimtab-agent run, or a unit that starts it. One that cannot be stopped: trimtab guests revoke, then ask again.',
  });
}

function nothingToForget(wanted: string): Fault {
  return new Fault({
    code: 'nothing-to-forget',
    operation: 'forget the guest',
    subject: wanted,
    cause: 'no agent has ever connected from it, so nothing of it is stored',
    hint: 'It is listed because the hypervisor has it.',
  });
}

function ambiguous(wanted: string, guests: readonly KnownGuest[]): Fault {
  return new Fault({
    code: 'ambiguous-guest',
    operation: 'forget the guest',
    subject: wanted,
    cause: `${guests.length} guests have this name or id`,
    hint: `Use an id: ${guests.flatMap(({ record }) => record?.id ?? []).join(', ')}.`,
  });
}
