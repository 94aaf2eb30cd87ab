import type { AskedBy } from '../../model/asked-by.ts';
import type { RepairDone, RepairPlan, RepairQuery } from '../../model/repair.ts';

export interface RepairsDesk {
  /**
   * What a repair would do. Throws `unknown-guest`, `unknown-disk`, `ambiguous-disk`, `nothing-to-repair`,
   * `cannot-repair`, `would-taint`.
   */
  planRepair(query: RepairQuery): Promise<RepairPlan>;
  /**
   * Carries a repair out: the only call that changes a running QEMU, and keeps who asked for it. Throws as `planRepair`, and `repair-stopped`.
   */
  repair(query: RepairQuery, askedBy?: AskedBy): Promise<RepairDone>;
}
