import { Fault } from '@trimtab/protocol/shared';
import type { Notice } from '../../../model/alert.ts';
import type { Clock } from '../../../ports/clock.ts';
import { OF_ENTRY } from '../../../ports/notice-sender.ts';
import type { TestedSender } from '../../../ports/notices.ts';
import type { Courier } from './courier.ts';
import { ATTEMPT_MS, STOPPED, trySending } from './try-sending.ts';

/** Tells a test by some senders, at once and past whatever waits, and says what became of it. */
export function testSenders({
  clock,
  host,
  couriers,
  stopping,
}: {
  readonly clock: Clock;
  readonly host: string;
  readonly couriers: readonly Courier[];
  readonly stopping: AbortSignal;
}): Promise<readonly TestedSender[]> {
  const notice = toTest({ host, now: clock.now() });
  return Promise.all(
    couriers.map(async ({ sender, retryNow }): Promise<TestedSender> => {
      const { name } = sender;
      try {
        // Somebody waits for it, and a test that comes twice does no harm.
        await trySending({
          clock,
          name,
          withinMs: ATTEMPT_MS,
          stopping,
          attempt: (signal) => sender.send(notice, signal),
        });
        // The receiver is there: what waits for it need not wait longer.
        retryNow();
        return { name, outcome: 'delivered' };
      } catch (error) {
        if (error instanceof Fault) return { name, outcome: error.detail };
        if (error !== STOPPED) throw error;
        return {
          name,
          outcome: { ...TEST, code: 'notice-failed', subject: name, cause: 'the collector stops', hint: null },
        };
      }
    }),
  );
}

const TEST = { operation: 'deliver a test' } as const;

function toTest({ host, now }: { readonly host: string; readonly now: number }): Notice {
  return {
    id: `test ${now}`,
    event: 'test',
    at: now,
    alert: {
      id: 'test',
      rule: 'pool-full',
      severity: 'warning',
      subject: 'no pool',
      host,
      startedAt: now,
      endedAt: null,
      sentence: 'This is a test of where notices go. Nothing is wrong.',
      hint: null,
      values: {},
    },
  };
}

/** All receivers of a `[[notify]]`, or one of them. Throws a Fault `unknown-sender`. */
export function findCouriers(couriers: readonly Courier[], to: string | null): readonly Courier[] {
  if (to === null) return couriers;
  const found = couriers.filter(({ sender: { name } }) => name === to || name.startsWith(`${to}${OF_ENTRY}`));
  if (found.length > 0) return found;
  const names = couriers.map(({ sender }) => sender.name).join(', ');
  throw new Fault({
    code: 'unknown-sender',
    ...TEST,
    subject: to,
    cause: 'no [[notify]] of the configuration has this name',
    hint: names === '' ? 'There is none: docs/where-alerts-go.md says how to add one.' : `Names: ${names}.`,
  });
}
