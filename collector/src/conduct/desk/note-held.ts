import { quote } from '@trimtab/protocol/causes';
import { isSameUuid } from '../../correlate/match-domain.ts';
import type { Finding } from '../../model/domain.ts';
import type { HeldRow } from '../../model/enrolment.ts';
import type { GuestKey, HeldGuest } from '../../ports/store/guest-keys.ts';
import { isWaiting } from '../enroll/waiting.ts';
import type { KnownGuest } from '../survey/known-guests.ts';

/** Of many so many are named. */
const NAMED = 3;

interface Joined {
  readonly known: readonly Pick<KnownGuest, 'name' | 'record'>[];
  readonly keys: readonly GuestKey[];
}

/** Each waits for one command. */
export function noteHeld(held: readonly HeldRow[], joined: Joined): Finding[] {
  return held
    .filter(({ approvedBy }) => approvedBy === null)
    .map((row) => ({ subject: `${row.hostname} (held)`, sentence: row.reason, hint: toHint(row, joined) }));
}

function toHint(row: HeldRow, joined: Joined): string {
  const words = `trimtab guests approve ${row.id}. Else: trimtab guests dismiss ${row.id}`;
  const itself = row.keyOf === null ? findItself(row, joined) : null;
  if (itself === null) return `If it is a guest of its own: ${words}`;
  return `If it is ${itself} itself, without its key or with a token for another: trimtab enroll ${quote(itself)}, and join it by that token. If it is a guest of its own: ${words}`;
}

/** The guest that has a key and says what this one says, which shows a new key: mostly it is that one. */
function findItself({ productUuid, machineId }: HeldRow, { known, keys }: Joined): string | null {
  const isSame = (key: GuestKey) =>
    productUuid === null || key.productUuid === null
      ? machineId !== null && key.machineId === machineId
      : isSameUuid(key.productUuid, productUuid);
  const guest = keys.findLast(isSame)?.guest;
  return known.find(({ record }) => record !== null && record.id === guest)?.name ?? null;
}

/** Nobody is asked of them again; but their agents say that they are held, and a person may have been wrong. */
export function noteDismissed(dismissed: readonly HeldRow[]): Finding[] {
  const [last] = dismissed;
  if (last === undefined) return [];
  const named = toNamed(dismissed.map(({ hostname, id }) => `${hostname} (${id})`));
  return [
    {
      subject: 'dismissed',
      sentence: `${named}: kept out by the word of a person`,
      hint: `If that was wrong: trimtab guests approve ${last.id}`,
    },
  ];
}

/** For who looks at other things: that somebody waits, and where to read on. */
export function noteWaiting(held: readonly HeldGuest[]): Finding[] {
  const waiting = held.filter(isWaiting);
  if (waiting.length === 0) return [];
  const named = toNamed(waiting.map(({ hostname }) => hostname));
  const guests = waiting.length === 1 ? '1 guest is' : `${waiting.length} guests are`;
  return [
    {
      subject: 'held',
      sentence: `${guests} not let in until a person decides: ${named}`,
      hint: '`trimtab guests` says why, and which command lets each in.',
    },
  ];
}

function toNamed(texts: readonly string[]): string {
  const more = texts.length > NAMED ? `, and ${texts.length - NAMED} more` : '';
  return `${texts.slice(0, NAMED).join(', ')}${more}`;
}
