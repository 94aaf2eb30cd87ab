import { expect } from 'vitest';
import { createDoor } from '../../../collector/src/link/door.ts';
import type { Budgets } from '../../../collector/src/model/budgets.ts';
import type { Standing } from '../../../collector/src/ports/guest-door.ts';
import { createTestClock } from '../../support/test-clock.ts';

export const BUDGETS: Budgets = {
  connections: 8,
  connectionsPerAddress: 8,
  halfOpen: 6,
  halfOpenPerAddress: 3,
  strangers: 4,
  strangersPerAddress: 2,
  inventories: 1_000,
  strangerInventories: 100,
};

export function openDoor(budgets: Partial<Budgets> = {}) {
  const clock = createTestClock();
  const warnings: Readonly<Record<string, unknown>>[] = [];
  const log = { info() {}, warn: (fields: Readonly<Record<string, unknown>>) => warnings.push(fields), error() {} };
  const door = createDoor({ budgets: { ...BUDGETS, ...budgets }, clock, log });
  function enter(address: string) {
    const visitor = { left: null as string | null };
    const leave = (reason: string) => {
      expect(visitor.left).toBeNull();
      visitor.left = reason;
    };
    return { place: door.enter({ address, leave }), visitor };
  }
  /** Why it was turned away; null when it was let in. */
  function greet({ from, as }: { from: string; as: Standing }) {
    const { place, visitor } = enter(from);
    // The host tells of it, or not, and has told so before.
    const why = place.greets({ standing: as, uuid: null }) ?? place.stands(as);
    if (why !== null) place.free();
    return { place, why, left: () => visitor.left };
  }
  const greetMany = ({ from, as }: { from: readonly string[]; as: Standing }) =>
    from.map((address) => greet({ from: address, as }));
  return { clock, warnings, enter, greet, greetMany, findings: door.findings };
}
