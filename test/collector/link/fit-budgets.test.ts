import { expect, it } from 'vitest';
import { fitBudgets, KEPT_FOR_THE_HOST } from '../../../collector/src/link/fit-budgets.ts';
import { BUDGETS } from './door-under-test.ts';

it('connections leave what the rest of the collector has open', () => {
  expect(fitBudgets({ budgets: BUDGETS, descriptors: null })).toEqual(BUDGETS);
  expect(fitBudgets({ budgets: BUDGETS, descriptors: 1_000_000 })).toEqual(BUDGETS);
  const large = { ...BUDGETS, connections: 5_000, halfOpen: 1_024 };
  const { connections, halfOpen } = fitBudgets({ budgets: large, descriptors: 1_024 });
  expect(connections + halfOpen).toBe(1_024 - KEPT_FOR_THE_HOST);
  expect(halfOpen).toBeLessThan(connections);
});
