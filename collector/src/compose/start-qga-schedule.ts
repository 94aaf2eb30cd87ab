import { createTrimAll, type TrimAllDeps } from '../conduct/qga/trim-all.ts';
import { createCron } from '../io/cron.ts';
import type { CollectorSettings } from '../settings.ts';

/** Off where no schedule is set. Throws a Fault `bad-setting`. */
export async function startQgaSchedule({
  settings: { qgaSchedule, qgaTimeZone },
  ...deps
}: TrimAllDeps & { settings: Pick<CollectorSettings, 'qgaSchedule' | 'qgaTimeZone'> }): Promise<{ stop(): void }> {
  if (qgaSchedule === null) return { stop: () => {} };
  const trimAll = createTrimAll(deps);
  return createCron().start({ expression: qgaSchedule, timeZone: qgaTimeZone, onDue: () => void trimAll() });
}
