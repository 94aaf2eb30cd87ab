import { Fault } from '@trimtab/protocol/shared';
import type { GuestLinks } from '../../../link/guest-links.ts';
import type { AskedBy } from '../../../model/asked-by.ts';
import type { HeldRow } from '../../../model/enrolment.ts';
import type { GuestId } from '../../../model/guest-id.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EnrolmentDesk } from '../../../ports/desk/enrolment.ts';
import type { GuestKey, GuestKeysStore, HeldGuest } from '../../../ports/store/guest-keys.ts';
import type { GuestsStore } from '../../../ports/store/guests.ts';
import { type KnownGuestsDeps, readKnownGuests } from '../../survey/known-guests.ts';
import { findStored, requireFree, requireName } from './find-stored.ts';
import { toIso } from './joining-desk.ts';
import { BY_SOCKET, type DeedDeps, type NoteDeed } from './note-deed.ts';

/** What has to be known at once by those who let guests in. */
export interface Admission {
  approve(call: { readonly held: string; readonly by: AskedBy; readonly name: string | null }): Promise<boolean>;
  dismiss(held: string): Promise<boolean>;
  /** And ends its session. How many keys there were. */
  revoke(call: { readonly guest: GuestId; readonly by: AskedBy; readonly nowMs: number }): Promise<number>;
  reinstate(call: { readonly guest: GuestId }): Promise<number>;
}

export interface GuestKeysDeps extends KnownGuestsDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly admission: Admission;
  readonly links: KnownGuestsDeps['links'] & Pick<GuestLinks, 'rename'>;
  readonly store: KnownGuestsDeps['store'] &
    Pick<GuestsStore, 'rename'> &
    Pick<GuestKeysStore, 'held' | 'keys'> &
    DeedDeps['store'];
}

type GuestKeysDesk = Pick<EnrolmentDesk, 'approve' | 'dismiss' | 'revoke' | 'reinstate' | 'rename'>;

/** Who is let in, by a person's word. */
export function createGuestKeysDesk(deps: GuestKeysDeps, note: NoteDeed): GuestKeysDesk {
  const { clock, admission, links, store } = deps;
  return {
    async approve({ held: wanted, name }, askedBy = BY_SOCKET) {
      const operation = 'let in a guest that is held';
      const held = await findHeld(deps, { wanted, operation });
      if (name !== null) {
        requireName({ name, operation });
        requireFree({ name, operation, others: await readKnownGuests(deps) });
      }
      if (!(await admission.approve({ held: held.id, by: askedBy, name }))) throw unknownHeld({ wanted, operation });
      const outcome = name === null ? {} : { outcome: `to be called ${name}` };
      await note({ kind: 'approve', askedBy, subject: tellHeld(held), ...outcome });
      return { ...held, approvedBy: askedBy, approvedName: name };
    },
    async dismiss({ held: wanted }, askedBy = BY_SOCKET) {
      const operation = 'dismiss a guest that is held';
      const held = await findHeld(deps, { wanted, operation });
      if (!(await admission.dismiss(held.id))) throw unknownHeld({ wanted, operation });
      await note({ kind: 'dismiss', askedBy, subject: tellHeld(held) });
      return { ...held, approvedBy: null, approvedName: null };
    },
    async revoke({ guest: wanted }, askedBy = BY_SOCKET) {
      const operation = 'revoke the keys of a guest';
      const { record } = await findStored(deps, { wanted, operation });
      const keys = await admission.revoke({ guest: record.id, by: askedBy, nowMs: clock.now() });
      if (keys === 0)
        throw noKey({ operation, name: record.name, cause: 'it has no key that is let in', hint: REVOKE_HINT });
      await note({ kind: 'revoke', askedBy, subject: record.name });
      return { guest: record.name, guestId: record.id, keys };
    },
    async reinstate({ guest: wanted }, askedBy = BY_SOCKET) {
      const operation = 'let in the keys of a guest again';
      const { record } = await findStored(deps, { wanted, operation });
      const keys = await admission.reinstate({ guest: record.id });
      if (keys === 0)
        throw noKey({
          operation,
          name: record.name,
          cause: 'none of its keys was revoked by a person',
          hint: `A guest without a key, or with one from before it joined anew, joins again: trimtab enroll '${record.name}', and in the guest trimtab-agent join --again TOKEN`,
        });
      await note({ kind: 'reinstate', askedBy, subject: record.name });
      return { guest: record.name, guestId: record.id, keys };
    },
    async rename({ guest: wanted, name }, askedBy = BY_SOCKET) {
      const operation = 'call a guest otherwise';
      requireName({ name, operation });
      const { guest, record, all } = await findStored(deps, { wanted, operation });
      requireFree({ name, operation, others: all.filter((other) => other !== guest) });
      const named = await store.rename({ id: record.id, name, namedBy: 'person', takenNames: new Set() });
      named.forEach(links.rename);
      await note({ kind: 'rename', askedBy, subject: record.name, outcome: `called ${name} from then on` });
      return { guestId: record.id, was: record.name, name };
    },
  };
}

const REVOKE_HINT = '`trimtab guests` shows by what each guest is proven.';

/** Those who are held, each with the guest whose key it shows: who waits, and who was dismissed. */
export async function listHeldRows(
  store: Pick<GuestKeysStore, 'held' | 'keys'> & Pick<GuestsStore, 'guests'>,
): Promise<{ readonly waiting: readonly HeldRow[]; readonly dismissed: readonly HeldRow[] }> {
  const held = await store.held();
  if (held.length === 0) return { waiting: [], dismissed: [] };
  const [keys, records] = [await store.keys(), await store.guests()];
  const guestOf = new Map(keys.map(({ key, guest }: GuestKey) => [key, guest]));
  const nameOf = new Map(records.map(({ id, name }) => [id, name]));
  const toRow = (one: HeldGuest) => toHeldRow(one, nameOf.get(guestOf.get(one.key) ?? ('' as GuestId)) ?? null);
  const [dismissed, waiting] = [held.filter((one) => one.isDismissed), held.filter((one) => !one.isDismissed)];
  return { waiting: waiting.map(toRow), dismissed: dismissed.map(toRow) };
}

function toHeldRow(held: HeldGuest, keyOf: string | null): HeldRow {
  const { id, hostname, productUuid, machineId, address, reason, firstAt, lastAt, approvedBy, approvedName } = held;
  const times = { firstAt: toIso(firstAt), lastAt: toIso(lastAt) };
  return { id, hostname, productUuid, machineId, address, keyOf, reason, ...times, approvedBy, approvedName };
}

/** A name means one of those who wait before one that was dismissed. */
async function findHeld(
  { store }: Pick<GuestKeysDeps, 'store'>,
  { wanted, operation }: { readonly wanted: string; readonly operation: string },
): Promise<HeldRow> {
  const { waiting, dismissed } = await listHeldRows(store);
  const byId = [...waiting, ...dismissed].find(({ id }) => id === wanted);
  if (byId !== undefined) return byId;
  const named = [waiting, dismissed].map((rows) => rows.filter(({ hostname }) => hostname === wanted));
  const [only, ...others] = named.find((rows) => rows.length > 0) ?? [];
  if (only === undefined) throw unknownHeld({ wanted, operation });
  if (others.length === 0) return only;
  throw new Fault({
    code: 'ambiguous-held',
    operation,
    subject: wanted,
    cause: `${others.length + 1} that are held call themselves so`,
    hint: `Use an id: ${[only, ...others].map(({ id }) => id).join(', ')}.`,
  });
}

function tellHeld({ hostname, id }: HeldRow): string {
  return `${hostname} (${id})`;
}

function unknownHeld({ wanted, operation }: Readonly<Record<'wanted' | 'operation', string>>): Fault {
  return new Fault({
    code: 'unknown-held',
    operation,
    subject: wanted,
    cause: 'nobody is held who has this id or calls itself so',
    hint: '`trimtab guests` shows who is held.',
  });
}

function noKey({
  operation,
  name,
  cause,
  hint,
}: Readonly<Record<'operation' | 'name' | 'cause' | 'hint', string>>): Fault {
  return new Fault({ code: 'no-key', operation, subject: name, cause, hint });
}
