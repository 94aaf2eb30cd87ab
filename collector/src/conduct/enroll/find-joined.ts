import type { GuestIdentity } from '@trimtab/protocol';
import { toIdentities } from '../../correlate/identities.ts';
import { swapUuid } from '../../correlate/match-domain.ts';
import type { KeyStates } from '../../enroll/entry.ts';
import type { Domain } from '../../model/domain.ts';
import type { Identity } from '../../model/identity.ts';
import type { GuestKeysStore } from '../../ports/store/guest-keys.ts';
import type { GuestRecord, GuestsStore } from '../../ports/store/guests.ts';

export interface FindJoinedDeps {
  readonly store: Pick<GuestsStore, 'findGuests'> & Pick<GuestKeysStore, 'keys'>;
}

/** A guest, and the keys that it has or had. */
export interface Joined {
  readonly record: GuestRecord | null;
  readonly keys: KeyStates;
  /** When a person revoked it; null where none has, or where it has a key that is active. */
  readonly revokedAt: number | null;
}

/** The guest that these words lead to, the strongest first, as the store recognises it (rule [ST7]). */
export async function findByIdentities(deps: FindJoinedDeps, identities: readonly Identity[]): Promise<Joined> {
  const records = await deps.store.findGuests(identities.map(({ value }) => value));
  const leadsTo =
    ({ kind, value }: Identity) =>
    (record: GuestRecord) =>
      record.identities.some((identity) => identity.kind === kind && identity.value === value);
  const record = identities.flatMap((identity) => records.find(leadsTo(identity)) ?? [])[0] ?? null;
  return { record, ...(await keysOf(deps, record)) };
}

/** The same of a guest by what it says of itself, in either byte order of its UUID. */
export function findBySaid(deps: FindJoinedDeps, guest: GuestIdentity, domain: Domain | null): Promise<Joined> {
  const said = toIdentities(guest, domain);
  const swapped = said.flatMap(({ kind, value }) =>
    kind === 'product-uuid' ? [{ kind, value: swapUuid(value) } as const] : [],
  );
  return findByIdentities(deps, [...said, ...swapped]);
}

export async function findByName(deps: FindJoinedDeps, name: string): Promise<Joined> {
  const record = (await deps.store.findGuests([name])).find((guest) => guest.name === name) ?? null;
  return { record, ...(await keysOf(deps, record)) };
}

async function keysOf(
  { store }: FindJoinedDeps,
  record: GuestRecord | null,
): Promise<Pick<Joined, 'keys' | 'revokedAt'>> {
  const all = record === null ? [] : await store.keys(record.id);
  const keys = all.map(({ state }) => state);
  // One in whose place the guest made another was revoked by nobody.
  const times = all.flatMap(({ revokedBy, revokedAt }) =>
    revokedBy === null || revokedBy.kind === 'enrolment' || revokedAt === null ? [] : [revokedAt],
  );
  return { keys, revokedAt: keys.includes('active') || times.length === 0 ? null : Math.max(...times) };
}
