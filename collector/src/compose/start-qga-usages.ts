import { createSteadyUsages, type SteadyUsagesDeps } from '../conduct/qga/steady-usages.ts';

/** From here on guests that were trimmed through their qemu-ga are asked what they use, every 15 minutes. */
export function startQgaUsages(deps: Omit<SteadyUsagesDeps, 'random'>): { stop(): void } {
  const usages = createSteadyUsages({ ...deps, random: Math.random });
  usages.start();
  return usages;
}
