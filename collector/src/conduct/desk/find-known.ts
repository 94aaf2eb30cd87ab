import type { GuestsStore } from '../../ports/store/guests.ts';
import { unknownGuest } from '../survey/guest-faults.ts';
import type { Survey } from '../survey/survey.ts';

export interface KnownGuestsDeps {
  readonly survey: Pick<Survey, 'look'>;
  readonly store: Pick<GuestsStore, 'guests'>;
}

/** The names of the guests, here or remembered, that this name or id means. Throws `unknown-guest`. */
export async function findKnown({ survey, store }: KnownGuestsDeps, wanted: string): Promise<readonly string[]> {
  const [host, records] = await Promise.all([survey.look(), store.guests()]);
  const names = [
    ...records.filter(({ id, name }) => id === wanted || name === wanted).map(({ name }) => name),
    ...host.domains.filter(({ name, uuid }) => name === wanted || uuid === wanted).map(({ name }) => name),
  ];
  if (names.length === 0) throw unknownGuest(wanted);
  return names;
}
