import type { Notice } from '../../model/alert.ts';
import type { CommandInput } from '../../model/outgoing.ts';
import { toNoticeDocument } from './notice-document.ts';

/** What a command gets: the document on its stdin, and the most of it in its environment. Never in its arguments. */
export function toCommandInput(notice: Notice): CommandInput {
  const document = toNoticeDocument(notice);
  const { alert } = document;
  return {
    input: document,
    environment: {
      TRIMTAB_ALERT_KEY: document.key,
      TRIMTAB_ALERT_EVENT: document.event,
      TRIMTAB_ALERT_TITLE: document.title,
      TRIMTAB_ALERT_TEXT: document.text,
      TRIMTAB_ALERT_RULE: alert.rule,
      TRIMTAB_ALERT_COUNT: String(document.alerts?.length ?? 1),
      TRIMTAB_ALERT_SEVERITY: alert.severity,
      TRIMTAB_ALERT_SUBJECT: alert.subject,
      TRIMTAB_ALERT_HOST: alert.host,
      TRIMTAB_ALERT_SENTENCE: alert.sentence,
      TRIMTAB_ALERT_HINT: alert.hint ?? '',
      TRIMTAB_ALERT_STARTED_AT: alert.startedAt,
      TRIMTAB_ALERT_ENDED_AT: alert.endedAt ?? '',
    },
  };
}
