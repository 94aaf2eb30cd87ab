import type { Alert, Notice } from '../../model/alert.ts';
import type { HttpRequest } from '../../model/outgoing.ts';
import { below } from './below.ts';
import { tell, toIso } from './tell.ts';
import { bearer } from './webhook.ts';

/**
 * prometheus.io/docs/alerting/latest/alerts_api. Alertmanager forgets whoever says nothing more: an alert that stands is
 * told again and again (`toAlertmanagerAll`), each time as ending after this. So a collector that is gone leaves no
 * alert behind for ever, and one that is started anew has time to go on.
 */
export const STANDS_FOR_MS = 300_000;
const TEST_STANDS_FOR_MS = 60_000;

interface Address {
  readonly url: string;
  readonly token: string | null;
}

export function toAlertmanager(address: Address, { notice, now }: { notice: Notice; now: number }): HttpRequest {
  return request(address, [toEntry({ notice, now })]);
}

/** Null where nothing stands. */
export function toAlertmanagerAll(
  address: Address,
  { alerts, now }: { alerts: readonly Alert[]; now: number },
): HttpRequest | null {
  if (alerts.length === 0) return null;
  const entries = alerts.map((alert) =>
    toEntry({ notice: { id: alert.id, event: 'reminder', at: alert.startedAt, alert }, now }),
  );
  return request(address, entries);
}

function request({ url, token }: Address, body: unknown): HttpRequest {
  return { url: below({ url, path: 'api/v2/alerts' }), headers: bearer(token), body };
}

function toEntry({ notice: given, now }: { notice: Notice; now: number }) {
  const { lines, notice } = tell(given);
  const { alert, event } = notice;
  const [summary = '', ...rest] = lines;
  return {
    // By these it is the same alert.
    labels: {
      alertname: event === 'test' ? 'TrimtabTest' : toAlertName(alert.rule),
      severity: alert.severity,
      instance: alert.host,
      subject: alert.subject,
      job: 'trimtab',
    },
    annotations: { summary, description: rest.join('\n') },
    startsAt: toIso(alert.startedAt),
    // Earlier than its start, it is refused.
    endsAt: toIso(Math.max(alert.startedAt, toEnd({ notice, now }))),
  };
}

function toEnd({ notice: { event, alert }, now }: { notice: Notice; now: number }): number {
  if (event === 'test') return now + TEST_STANDS_FOR_MS;
  return alert.endedAt ?? now + STANDS_FOR_MS;
}

/** `pool-filling` → `TrimtabPoolFilling`. */
function toAlertName(rule: string): string {
  return `Trimtab${rule.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
}
