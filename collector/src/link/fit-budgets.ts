import type { Budgets } from '../model/budgets.ts';

/** For the database, the API, and what is read of the host meanwhile. */
export const KEPT_FOR_THE_HOST = 256;

/**
 * The budgets that fit into what a process may have open: each connection is a file, and when none is left, nobody can
 * ask any more what is wrong. Connections that have not said hello have a quarter of what there is at the most.
 */
export function fitBudgets({ budgets, descriptors }: { budgets: Budgets; descriptors: number | null }): Budgets {
  if (descriptors === null) return budgets;
  const left = Math.max(4, descriptors - KEPT_FOR_THE_HOST);
  const halfOpen = Math.min(budgets.halfOpen, Math.floor(left / 4));
  return { ...budgets, halfOpen, connections: Math.min(budgets.connections, left - halfOpen) };
}
