import { quote } from '@trimtab/protocol/causes';
import { isSameUuid } from '../../correlate/match-domain.ts';
import type { Finding } from '../../model/domain.ts';
import type { HeldRow } from '../../model/enrolment.ts';
import type { GuestKey } from '../../ports/store/guest-keys.ts';
import type { KnownGuest } from '../survey/known-guests.ts';

/** Of those that were dismissed so many are named. */
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
  const named = dismissed.slice(0, NAMED).map(({ hostname, id }) => `${hostname} (${id})`);
  const more = dismissed.length > NAMED ? `, and ${dismissed.length - NAMED} more` : '';
  return [
    {
      subject: 'dismissed',
      sentence: `${named.join(', ')}${more}: kept out by the word of a person`,
      hint: `If that was wrong: trimtab guests approve ${last.id}`,
    },
  ];
}
