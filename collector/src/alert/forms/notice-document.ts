import type { Notice } from '../../model/alert.ts';
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
    alert: {
      id: alert.id,
      rule: alert.rule,
      severity: alert.severity,
      subject: alert.subject,
      host: alert.host,
      startedAt: toIso(alert.startedAt),
      endedAt: alert.endedAt === null ? null : toIso(alert.endedAt),
      sentence: alert.sentence,
      hint: alert.hint,
      values: alert.values,
    },
  };
}

export type NoticeDocument = ReturnType<typeof toNoticeDocument>;
