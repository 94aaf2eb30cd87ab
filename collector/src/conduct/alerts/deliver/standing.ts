import { toReason } from '@trimtab/protocol/shared';
import type { Alert, AlertRule, Notice } from '../../../model/alert.ts';
import type { PoolLevel } from '../../../model/pool-level.ts';
import type { Log } from '../../../ports/log.ts';
import type { Standing } from '../../../ports/notice-sender.ts';

/** What is so by the notices that were posted: an alert stands from its start to its end. */
export function createStanding({
  alerts,
  readPools,
  log,
}: {
  /** From before. */
  readonly alerts: readonly Alert[];
  readonly readPools: () => Promise<readonly PoolLevel[]>;
  readonly log: Pick<Log, 'warn'>;
}) {
  const standing = new Map(alerts.map((alert) => [alert.id, alert]));
  return {
    note({ event, alert }: Notice): void {
      if (event === 'end') standing.delete(alert.id);
      else if (event !== 'test') standing.set(alert.id, alert);
    },
    /** Of these rules; null: of all. */
    read(rules: readonly AlertRule[] | null): Standing {
      return {
        alerts: [...standing.values()].filter(({ rule }) => rules?.includes(rule) ?? true),
        readPools: () =>
          readPools().catch((error: unknown) => {
            log.warn({ reason: toReason(error) }, 'the pools could not be read for those who show them');
            return [];
          }),
      };
    },
  };
}
