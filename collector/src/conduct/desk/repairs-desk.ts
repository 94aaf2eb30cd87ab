import type { RepairsDesk } from '../../ports/desk/repairs.ts';
import type { Repairs } from '../repair/repairs.ts';

export function createRepairsDesk({ repairs }: { readonly repairs: Repairs }): RepairsDesk {
  return {
    planRepair: (query) => repairs.plan(query),
    repair: (query) => repairs.repair(query),
  };
}
