import {
  type Alert,
  type AlertRule,
  type GroupNotice,
  GUEST_RULES,
  type Notice,
  type NoticeEvent,
} from '../model/alert.ts';
import type { Waiting } from './backlog.ts';
import { byUrgency } from './by-urgency.ts';
import { toNoticeKey } from './notice-key.ts';

/** More than so many of one event and one rule are told as one. */
export const MOST_UNGROUPED = 5;

/** So many in one: what lists all of them stays below the megabyte that receivers of HTTP commonly take. */
export const MOST_GROUPED = 200;

/**
 * The first that waits, and where they are many, those that are told with it. Of each alert the first that waits alone is
 * among them: no reminder goes past its start. `isAlone`: those that are told by themselves.
 */
export function pickTogether<Kept extends Waiting>(
  waiting: readonly Kept[],
  isAlone: (one: Kept) => boolean,
): readonly Kept[] {
  const [first] = waiting;
  if (first === undefined || isAlone(first)) return waiting.slice(0, 1);
  const { event, alert } = first.notice;
  const earlier = new Set<string>();
  const alike = waiting.filter((one) => {
    const { event: itsEvent, alert: its } = one.notice;
    const isFirst = !earlier.has(its.id);
    earlier.add(its.id);
    return isFirst && itsEvent === event && its.rule === alert.rule && !isAlone(one);
  });
  return alike.length > MOST_UNGROUPED ? alike.slice(0, MOST_GROUPED) : [first];
}

/** Of all that are in it: the same notices make the same id. */
export function toGroupId(notices: readonly Notice[]): string {
  return `group ${toNoticeKey(JSON.stringify(notices.map(({ id }) => id)))}`;
}

/** Many notices as one, which says what they have in common. `id`: that of the group. */
export function toGroupNotice(id: string, notices: readonly [Notice, ...Notice[]]): GroupNotice {
  const [{ event }] = notices;
  const grouped = notices.map(({ alert }) => alert).toSorted(byUrgency);
  const [urgent = notices[0].alert] = grouped;
  const { rule, severity, host, hint } = urgent;
  const alert: Alert = {
    id,
    rule,
    severity,
    host,
    subject: countSubjects(grouped, rule),
    startedAt: Math.min(...grouped.map(({ startedAt }) => startedAt)),
    endedAt: event === 'end' ? Math.max(...grouped.map(({ startedAt, endedAt }) => endedAt ?? startedAt)) : null,
    sentence: tellCount(grouped, event),
    hint: grouped.every((each) => each.hint === hint) ? hint : null,
    values: {},
  };
  return { id, event, at: Math.max(...notices.map(({ at }) => at)), alert, grouped };
}

function countSubjects(alerts: readonly Alert[], rule: AlertRule): string {
  const count = new Set(alerts.map(({ subject }) => subject)).size;
  const noun = GUEST_RULES.has(rule) ? 'guest' : 'pool';
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const WORDS: Readonly<Record<NoticeEvent, string>> = {
  start: 'began',
  reminder: 'go on',
  end: 'are over',
  test: 'are a test',
};

function tellCount(alerts: readonly Alert[], event: NoticeEvent): string {
  const critical = alerts.filter(({ severity }) => severity === 'critical').length;
  const share =
    critical === 0 ? '' : critical === alerts.length ? ', all of them critical' : `, ${critical} of them critical`;
  return `${alerts.length} alerts ${WORDS[event]}${share}.`;
}
