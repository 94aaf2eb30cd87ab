import type { Notice } from '../model/alert.ts';

export interface Waiting {
  readonly notice: Notice;
  /** UTC, milliseconds. */
  readonly postedAt: number;
}

/** So many notices wait for one receiver. */
export const MOST_WAITING = 1_000;

/**
 * What waits for one receiver, in its order, less what need not be told any more, because a newer notice of the same
 * alert waits as well: its end says from when to when it was, and stands for all of it; a reminder says what those
 * before it said. Beyond the bound reminders go first, the oldest before others.
 */
export function thin<Kept extends Waiting>(
  waiting: readonly Kept[],
): { readonly kept: readonly Kept[]; readonly needless: readonly Kept[]; readonly dropped: readonly Kept[] } {
  const [told, needless] = splitOutdated(waiting);
  const over = Math.max(0, told.length - MOST_WAITING);
  if (over === 0) return { kept: told, needless, dropped: [] };
  const oldest = [
    ...told.filter(({ notice }) => notice.event === 'reminder'),
    ...told.filter(({ notice }) => notice.event !== 'reminder'),
  ];
  const dropped = new Set(oldest.slice(0, over));
  return { kept: told.filter((one) => !dropped.has(one)), needless, dropped: [...dropped] };
}

/** From the newest on, since that says which of those before it are outdated. */
function splitOutdated<Kept extends Waiting>(waiting: readonly Kept[]): readonly [readonly Kept[], readonly Kept[]] {
  const [ended, reminded] = [new Set<string>(), new Set<string>()];
  const [told, outdated]: [Kept[], Kept[]] = [[], []];
  for (const one of waiting.toReversed()) {
    const { event, alert } = one.notice;
    const isOutdated = ended.has(alert.id) || (event === 'reminder' && reminded.has(alert.id));
    (isOutdated ? outdated : told).push(one);
    if (event === 'end') ended.add(alert.id);
    if (event === 'reminder') reminded.add(alert.id);
  }
  return [told.reverse(), outdated.reverse()];
}
