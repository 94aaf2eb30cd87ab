import { Fault } from '@trimtab/protocol/shared';
import type { ForesightDesk } from '../../ports/desk/foresight.ts';
import type { OverviewDesk } from '../../ports/desk/overview.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import type { Foreseer } from '../foresee/foresight.ts';
import { type FindGuestDeps, findKnownGuests } from '../survey/find-known-guests.ts';
import type { StoreHealth } from '../survey/store-health.ts';

export interface ForesightDeskDeps extends FindGuestDeps {
  readonly foreseer: Pick<Foreseer, 'all' | 'one'>;
  readonly lately: Pick<GuestsStore, 'guests'>;
  readonly health: StoreHealth;
}

export function createForesightDesk(deps: ForesightDeskDeps, overview: Pick<OverviewDesk, 'status'>): ForesightDesk {
  const readStatus = () => overview.status({ now: false });
  return {
    async forecasts({ pool, add, without: wanted }) {
      const without = wanted === null ? null : await findName(deps, wanted);
      // Forecasts of a while ago do not show whether the database is there now.
      await deps.lately.guests();
      const foreseen =
        pool === null ? await deps.foreseer.all() : await deps.foreseer.one({ pool, add, without }, readStatus);
      return { ...foreseen, findings: deps.health.findings() };
    },
  };
}

/** By which the images of the guest are listed. Throws `unknown-guest`, `ambiguous-guest`. */
async function findName(deps: FindGuestDeps, wanted: string): Promise<string> {
  const names = [...new Set((await findKnownGuests(deps, wanted)).map(({ name }) => name))];
  const [name = wanted, ...others] = names;
  if (others.length === 0) return name;
  throw new Fault({
    code: 'ambiguous-guest',
    operation: 'foresee the pool without the guest',
    subject: wanted,
    cause: `${names.length} guests are called so`,
    hint: `Use a name: ${names.join(', ')}.`,
  });
}
