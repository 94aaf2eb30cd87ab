import { type Alert, isGroup, type Notice } from '../../model/alert.ts';
import { toNoticeKey } from '../notice-key.ts';
import { tell, toIso } from './tell.ts';

/** A notice as JSON, for webhooks, commands and MQTT: docs/where-alerts-go.md says what each field means. */
export function toNoticeDocument(given: Notice) {
  const { title, lines, notice } = tell(given);
  const { alert, event, at } = notice;
  return {
    version: 1,
    key: toNoticeKey(given.id),
    event,
    at: toIso(at),
    title,
    text: lines.join('\n'),
    alert: toAlertDocument(alert),
    ...(isGroup(notice) ? { alerts: notice.grouped.map(toAlertDocument) } : {}),
  };
}

function toAlertDocument({ id, rule, severity, subject, host, startedAt, endedAt, sentence, hint, values }: Alert) {
  return {
    id,
    rule,
    severity,
    subject,
    host,
    startedAt: toIso(startedAt),
    endedAt: endedAt === null ? null : toIso(endedAt),
    sentence,
    hint,
    values,
  };
}

export type NoticeDocument = ReturnType<typeof toNoticeDocument>;
