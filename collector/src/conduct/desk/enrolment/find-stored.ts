import { NAME_LIMIT } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import { GUEST_NAME } from '../../../model/enrolment.ts';
import type { GuestRecord } from '../../../ports/store/guests.ts';
import { findGuests } from '../../survey/find-guest.ts';
import { type KnownGuest, type KnownGuestsDeps, readKnownGuests } from '../../survey/known-guests.ts';

export interface StoredGuest {
  readonly guest: KnownGuest;
  readonly record: GuestRecord;
  readonly all: readonly KnownGuest[];
}

/** The guest that a word means, of which something is kept. Throws `unknown-guest`, `ambiguous-guest`, `never-here`. */
export async function findStored(
  deps: KnownGuestsDeps,
  { wanted, operation }: { readonly wanted: string; readonly operation: string },
): Promise<StoredGuest> {
  const all = await readKnownGuests(deps);
  const meant = findGuests(all, wanted).flatMap((guest) =>
    guest.record === null ? [] : [{ guest, record: guest.record, all }],
  );
  const [only, ...others] = meant;
  if (only === undefined)
    throw new Fault({
      code: 'never-here',
      operation,
      subject: wanted,
      cause: 'no agent has ever connected from it, so that nothing of it is kept',
      hint: `Join it first: trimtab enroll ${wanted}`,
    });
  if (others.length > 0) throw ambiguousGuest({ operation, wanted, ids: meant.map(({ record }) => record.id) });
  return only;
}

export function ambiguousGuest({
  operation,
  wanted,
  ids,
}: {
  readonly operation: string;
  readonly wanted: string;
  readonly ids: readonly string[];
}): Fault {
  return new Fault({
    code: 'ambiguous-guest',
    operation,
    subject: wanted,
    cause: `${ids.length} guests have this name or id`,
    hint: `Use an id: ${ids.join(', ')}.`,
  });
}

/** May a person call a guest so? Throws `bad-name`. */
export function requireName({ name, operation }: { readonly name: string; readonly operation: string }): void {
  if (GUEST_NAME.test(name) && name.length <= NAME_LIMIT) return;
  throw new Fault({
    code: 'bad-name',
    operation,
    subject: name,
    cause: 'a guest cannot be called so',
    hint: `A name begins with a letter or a digit, and has letters, digits, blanks and . _ ~ : @ + - in it, ${NAME_LIMIT} at the most.`,
  });
}

/** Is the name borne by nobody else, neither by a guest nor by a domain? Throws `name-taken`. */
export function requireFree({
  name,
  operation,
  others,
}: {
  readonly name: string;
  readonly operation: string;
  readonly others: readonly KnownGuest[];
}): void {
  if (!others.some((other) => other.name === name || other.domain?.name === name)) return;
  throw new Fault({
    code: 'name-taken',
    operation,
    subject: name,
    cause: 'another guest of this host is called so',
    hint: `Choose another name, or, if that guest is gone for good, free it first: trimtab forget '${name}'`,
  });
}
