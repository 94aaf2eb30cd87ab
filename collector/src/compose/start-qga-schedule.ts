import { Fault } from '@trimtab/protocol/shared';
import { createTrimAll, type TrimAllDeps } from '../conduct/qga/trim-all.ts';
import { createCron } from '../io/cron.ts';
import type { CollectorSettings } from '../settings.ts';

type ScheduleSettings = Pick<CollectorSettings, 'qgaSchedule' | 'qgaTimeZone'>;

/** Throws a Fault `bad-setting` for a schedule that there is not: before anything is opened, nothing is changed. */
export async function checkQgaSchedule({ qgaSchedule, qgaTimeZone }: ScheduleSettings): Promise<void> {
  if (qgaSchedule === null) return;
  const wrong = await createCron().check({ expression: qgaSchedule, timeZone: qgaTimeZone });
  if (wrong === null) return;
  throw new Fault({
    code: 'bad-setting',
    operation: 'use the schedule of guests with qemu-ga',
    subject: `qga-schedule ${JSON.stringify(qgaSchedule)}, qga-time-zone ${JSON.stringify(qgaTimeZone)}`,
    cause: wrong,
    hint: 'A schedule is a cron expression; Sundays at 3: qga-schedule = "0 3 * * 0", qga-time-zone = "Europe/Vienna".',
  });
}

/** Off where no schedule is set. */
export async function startQgaSchedule({
  settings: { qgaSchedule, qgaTimeZone },
  ...deps
}: TrimAllDeps & { settings: ScheduleSettings }): Promise<{ stop(): void }> {
  if (qgaSchedule === null) return { stop: () => {} };
  const trimAll = createTrimAll(deps);
  const cron = await createCron().start({
    expression: qgaSchedule,
    timeZone: qgaTimeZone,
    onDue: () => void trimAll.run(),
  });
  const next = cron.next?.toISOString() ?? null;
  deps.log.info(
    { schedule: qgaSchedule, timeZone: qgaTimeZone, next },
    'guests with qemu-ga are trimmed on a schedule',
  );
  return {
    stop() {
      cron.stop();
      trimAll.stop();
    },
  };
}
