import { inTurns } from '@trimtab/protocol/shared';
import type { Domain } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';
import { within } from './within.ts';

/** Each has a socket and some descriptors open meanwhile. */
export const ASKED_AT_ONCE = 64;

/** For the monitors of all guests together; a guest whose QEMU has not answered by then is as its source tells it. */
export const MONITORS_LIMIT_MS = 20_000;

/** The domains as their QEMUs have them now. */
export async function refineAll({
  clock,
  refine,
  domains,
}: {
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  refine(domain: Domain): Promise<Domain>;
  domains: readonly Domain[];
}): Promise<readonly Domain[]> {
  const untilMs = clock.monotonicMs() + MONITORS_LIMIT_MS;
  return inTurns({
    items: domains,
    atOnce: ASKED_AT_ONCE,
    map: async (domain) => {
      const limitMs = untilMs - clock.monotonicMs();
      return limitMs <= 0 ? domain : within({ clock, limitMs, work: refine(domain), late: () => domain });
    },
  });
}
