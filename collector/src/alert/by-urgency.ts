import type { Alert } from '../model/alert.ts';

/** What is critical first, then what has been so for longest. */
export function byUrgency(one: Alert, other: Alert): number {
  const rank = ({ severity }: Alert) => (severity === 'critical' ? 0 : 1);
  return rank(one) - rank(other) || one.startedAt - other.startedAt || one.id.localeCompare(other.id);
}
