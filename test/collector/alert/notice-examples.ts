import type { Alert, Notice, NoticeEvent } from '../../../collector/src/model/alert.ts';

/** 2026-11-27 13:02 UTC. */
export const STARTED_AT = Date.UTC(2026, 10, 27, 13, 2);

export function alertOf(overrides: Partial<Alert> = {}): Alert {
  return {
    id: 'pool-filling /srv/vms 1',
    rule: 'pool-filling',
    severity: 'critical',
    subject: '/srv/vms',
    host: 'host-1',
    startedAt: STARTED_AT,
    endedAt: null,
    sentence: '/srv/vms will be full within 7 days, with a probability of 92 %.',
    hint: 'Add storage, or see what could be had back: trimtab doctor',
    values: { probability: 0.92, freeBytes: 21_474_836_480, freeShare: 0.0431, daysUntilFull: 4.5 },
    ...overrides,
  };
}

/** An `end` is an hour and eight minutes later. */
export function noticeOf({
  n = 1,
  event = 'start',
  alert = {},
}: {
  readonly n?: number;
  readonly event?: NoticeEvent;
  readonly alert?: Partial<Alert>;
} = {}): Notice {
  const endedAt = event === 'end' ? STARTED_AT + 68 * 60_000 : null;
  return { id: `notice ${n}`, event, at: endedAt ?? STARTED_AT, alert: alertOf({ endedAt, ...alert }) };
}

/** One for each of so many guests, which all were heard last at the same time. */
export function manyAway({
  from = 1,
  to,
  event = 'start',
}: {
  readonly from?: number;
  readonly to: number;
  readonly event?: NoticeEvent;
}): readonly Notice[] {
  return Array.from({ length: to - from + 1 }, (_, index) => awayOf(from + index, event));
}

export function awayOf(n: number, event: NoticeEvent = 'start', alert: Partial<Alert> = {}): Notice {
  const guest = `web-${String(n).padStart(3, '0')}`;
  const notice = noticeOf({
    event,
    alert: {
      id: guest,
      rule: 'guest-away',
      severity: 'warning',
      subject: guest,
      sentence: `${guest} runs, and its agent has not been heard since 2026-11-27 12:01 UTC.`,
      hint: `If it was taken away for good: trimtab forget ${guest}`,
      values: { lastHeardAtMs: STARTED_AT - 61 * 60_000 },
      ...alert,
    },
  });
  return { ...notice, id: `${guest}:${event}` };
}
