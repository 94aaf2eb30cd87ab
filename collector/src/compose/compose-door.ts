import { readDescriptorLimit } from '../io/descriptor-limit.ts';
import { createDoor } from '../link/door.ts';
import { fitBudgets } from '../link/fit-budgets.ts';
import type { Budgets } from '../model/budgets.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuestDoor } from '../ports/guest-door.ts';
import type { Log } from '../ports/log.ts';

/** Who may connect, by the settings and by what this process may have open. */
export async function composeDoor({
  clock,
  log,
  settings,
}: {
  clock: Clock;
  log: Log;
  settings: Budgets;
}): Promise<GuestDoor> {
  const descriptors = await readDescriptorLimit();
  const budgets = fitBudgets({ budgets: settings, descriptors });
  const { connections, halfOpen } = budgets;
  if (connections < settings.connections)
    log.warn(
      { descriptors, connections, halfOpen },
      'fewer guests can be connected than the settings say: this process may not open so many files (LimitNOFILE)',
    );
  return createDoor({ budgets, clock, log });
}
