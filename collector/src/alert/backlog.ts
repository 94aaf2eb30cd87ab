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
  const told = waiting.filter((_, index) => !isOutdated(waiting, index));
  const needless = waiting.filter((one) => !told.includes(one));
  const over = Math.max(0, told.length - MOST_WAITING);
  const oldest = [
    ...told.filter(({ notice }) => notice.event === 'reminder'),
    ...told.filter(({ notice }) => notice.event !== 'reminder'),
  ];
  const dropped = oldest.slice(0, over);
  return { kept: told.filter((one) => !dropped.includes(one)), needless, dropped };
}

function isOutdated(waiting: readonly Waiting[], index: number): boolean {
  const one = waiting[index]?.notice;
  return waiting.slice(index + 1).some(({ notice: { event, alert } }) => {
    if (alert.id !== one?.alert.id) return false;
    return event === 'end' || (event === 'reminder' && one.event === 'reminder');
  });
}
