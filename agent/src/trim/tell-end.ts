import type { Outcome, TrimReport } from '@trimtab/protocol';
import { formatBytes } from '@trimtab/protocol/shared';
import type { TrimEffect } from './trim-state.ts';

/**
 * One line for the log of the guest: how a trim ended, each filesystem by its mount. What the host got back is not
 * known here: the collector judges the report, and tells it on the host.
 */
export function tellEnd({ id, trigger, durationMs, filesystems }: TrimReport): Extract<TrimEffect, { kind: 'log' }> {
  const parts = filesystems.map(({ mount, outcome }) => `${mount} ${describe(outcome)}`);
  const isGood = filesystems.every(({ outcome }) => outcome.status === 'done');
  return {
    kind: 'log',
    level: isGood ? 'info' : 'warn',
    line: `trim ${id} (${trigger}) ended after ${(durationMs / 1000).toFixed(1)} s: ${parts.join('; ')}`,
  };
}

function describe(outcome: Outcome): string {
  return outcome.status === 'done'
    ? `${formatBytes(outcome.trimmedBytes)} trimmed`
    : `${outcome.status} (${outcome.message})`;
}
