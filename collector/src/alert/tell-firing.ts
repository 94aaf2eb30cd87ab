import type { AlertState } from '../model/alert-state.ts';
import type { AlertStep, AlertStepped } from './alert-step.ts';

type Firing = Extract<AlertState, { kind: 'firing' }>;

/**
 * What is told of an alert that fires: its start once, then that it is still so, from time to time; at once where it
 * has become worse than what somebody acknowledged, or critical. While it is silenced, or acknowledged, nothing is: what
 * has not been told of its start is told when the silence ends.
 */
export function tellFiring({
  firing: before,
  hasRisen,
  isSilenced,
  reminderMs,
  now,
}: Pick<AlertStep, 'isSilenced' | 'reminderMs' | 'now'> & {
  readonly firing: Firing;
  /** It is critical, and was not before. */
  readonly hasRisen: boolean;
}): AlertStepped {
  const isAnotherMatter = before.acknowledged !== null && !holds(before);
  const firing = isAnotherMatter ? { ...before, acknowledged: null } : before;
  const nothing = { state: firing, ended: null, notices: [] };
  if (firing.acknowledged !== null) return nothing;
  // What is not told for the silence is due when that ends.
  if (isSilenced) return { ...nothing, state: isAnotherMatter || hasRisen ? { ...firing, isDue: true } : firing };
  const { alert } = firing;
  if (!firing.isTold) {
    const notice = { id: `${alert.id}:start`, event: 'start', at: now, alert } as const;
    return { state: { ...firing, isTold: true, ...TOLD_NOW }, ended: null, notices: [notice] };
  }
  const isDue = firing.isDue || (reminderMs > 0 && firing.sinceNoticeMs >= reminderMs);
  if (!isDue && !hasRisen && !isAnotherMatter) return nothing;
  const reminders = firing.reminders + 1;
  const notice = { id: `${alert.id}:reminder:${reminders}`, event: 'reminder', at: now, alert } as const;
  return { state: { ...firing, reminders, ...TOLD_NOW }, ended: null, notices: [notice] };
}

/** It is no worse than it was then, but for a step. */
function holds({ acknowledged, alert, badness }: Firing): boolean {
  if (acknowledged === null) return false;
  return acknowledged.severity === alert.severity && badness.level <= acknowledged.level + badness.step;
}

const TOLD_NOW = { sinceNoticeMs: 0, isDue: false } as const;
