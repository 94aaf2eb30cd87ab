import { formatToken } from '@trimtab/protocol/joining';
import { Fault } from '@trimtab/protocol/shared';
import type { Enrolled, EnrollQuery, EnrolmentRow } from '../../../model/enrolment.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EnrolmentDesk } from '../../../ports/desk/enrolment.ts';
import type { HostKeys } from '../../../ports/host-keys.ts';
import type { Secrets } from '../../../ports/secrets.ts';
import type { Enrolment, EnrolmentsStore } from '../../../ports/store/enrolments.ts';
import type { GuestKeysStore } from '../../../ports/store/guest-keys.ts';
import { findGuests } from '../../survey/find-guest.ts';
import { isRevoked as areRevoked } from '../../survey/is-revoked.ts';
import { type KnownGuestsDeps, readKnownGuests } from '../../survey/known-guests.ts';
import { ambiguousGuest, requireName } from './find-stored.ts';
import { BY_SOCKET, type DeedDeps, type NoteDeed } from './note-deed.ts';
import { noteToken } from './note-token.ts';

export interface JoiningDeps extends KnownGuestsDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: KnownGuestsDeps['store'] & EnrolmentsStore & Pick<GuestKeysStore, 'keys'> & DeedDeps['store'];
  readonly hostKeys: Pick<HostKeys, 'all'>;
  readonly secrets: Pick<Secrets, 'newId' | 'newJoin'>;
  /** Where guests find this collector, as of now, in the order in which they are to try. */
  readonly readAddresses: () => Promise<readonly string[]>;
}

type JoiningDesk = Pick<EnrolmentDesk, 'enroll' | 'enrolments' | 'withdraw'>;

const ENROLL = 'let a guest join';

/** Tokens by which guests join. */
export function createJoiningDesk(deps: JoiningDeps, note: NoteDeed): JoiningDesk {
  const { clock, store } = deps;
  return {
    async enroll(query, askedBy = BY_SOCKET) {
      const { guest, isRevoked } =
        query.guest === null ? { guest: null, isRevoked: false } : await findMeant(deps, query.guest);
      const { secret, key } = deps.secrets.newJoin();
      const [pin, addresses] = await whereItIs(deps);
      const madeAt = clock.now();
      const { uses: mostUses, ttlMs } = query;
      const made = { id: deps.secrets.newId(), key, guest, mostUses, madeAt, madeBy: askedBy };
      const enrolment = { ...made, expiresAt: madeAt + ttlMs };
      await store.addEnrolment(enrolment);
      await note({ kind: 'enroll', askedBy, subject: guest ?? `token ${made.id}`, outcome: tellUses(query) });
      const token = formatToken({ addresses, pin, secret });
      const findings = noteToken({ id: made.id, addresses, revoked: isRevoked ? guest : null });
      return toEnrolled({ ...enrolment, uses: 0 }, { token, addresses, pin, findings });
    },
    async enrolments() {
      const nowMs = clock.now();
      const all = await store.enrolments(nowMs);
      return { takenAt: toIso(nowMs), enrolments: all.map(toRow) };
    },
    async withdraw({ id }, askedBy = BY_SOCKET) {
      const meant = (await store.enrolments(clock.now())).find((enrolment) => enrolment.id === id);
      if (meant === undefined || !(await store.withdraw(id))) throw unknownEnrolment(id);
      await note({ kind: 'withdraw', askedBy, subject: meant.guest ?? `token ${id}` });
      return toRow(meant);
    },
  };
}

/** Of one that is known, by whatever word it was meant; of another the word is its name. */
async function findMeant(
  deps: Pick<JoiningDeps, 'links' | 'store' | 'survey'>,
  wanted: string,
): Promise<{ readonly guest: string; readonly isRevoked: boolean }> {
  const known = await readKnownGuests(deps);
  const meant = findOrNone(() => findGuests(known, wanted));
  const [only, ...others] = meant;
  if (others.length > 0)
    throw ambiguousGuest({
      operation: ENROLL,
      wanted,
      ids: meant.flatMap(({ record, domain }) => record?.id ?? domain?.uuid ?? []),
    });
  if (only !== undefined) {
    const keys = only.record === null ? [] : await deps.store.keys(only.record.id);
    return { guest: only.name, isRevoked: areRevoked(keys) };
  }
  requireName({ name: wanted, operation: ENROLL });
  return { guest: wanted, isRevoked: false };
}

function findOrNone<Found>(find: () => readonly Found[]): readonly Found[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof Fault && error.detail.code === 'unknown-guest') return [];
    throw error;
  }
}

async function whereItIs({ hostKeys, readAddresses }: JoiningDeps): Promise<readonly [string, readonly string[]]> {
  const [key] = hostKeys.all();
  const known = await readAddresses();
  if (key !== undefined && known.length > 0) return [key.pin, known];
  throw new Fault({
    code: 'no-address',
    operation: ENROLL,
    subject: 'the token',
    cause: 'there is no address of this host at which guests could find the collector',
    hint: 'Start the collector with --listen on an address that guests reach, or with --advertise.',
  });
}

function toEnrolled(
  enrolment: Enrolment,
  { token, ...told }: Pick<Enrolled, 'token' | 'addresses' | 'pin' | 'findings'>,
): Enrolled {
  return { ...toRow(enrolment), token, command: `trimtab-agent join ${token}`, ...told };
}

function toRow({ id, guest, mostUses, uses, madeAt, expiresAt, madeBy }: Enrolment): EnrolmentRow {
  return { id, guest, mostUses, uses, madeAt: toIso(madeAt), expiresAt: toIso(expiresAt), madeBy };
}

export const toIso = (ms: number): string => new Date(ms).toISOString();

function tellUses({ uses }: EnrollQuery): string {
  return uses === 1 ? 'a token for one guest' : `a token for ${uses} guests`;
}

function unknownEnrolment(id: string): Fault {
  return new Fault({
    code: 'unknown-enrolment',
    operation: 'withdraw a token',
    subject: id,
    cause: 'no token that still lets in has this id',
    hint: '`trimtab enroll --list` shows those that do. A guest that has joined is kept out by: trimtab guests revoke GUEST',
  });
}
