import { Fault } from '@trimtab/protocol/shared';
import type { Cron, CronCall } from '../ports/cron.ts';

/** node-cron, loaded only where there is a schedule. */
export function createCron(): Cron {
  return {
    async start({ expression, timeZone, onDue }) {
      const { default: cron } = await import('node-cron');
      // It would write coloured lines to stdout.
      cron.setLogger({ info: () => {}, warn: () => {}, error: () => {}, debug: () => {} });
      const { valid, errors } = cron.validateDetailed(expression);
      if (!valid) throw bad({ expression, timeZone }, errors.map(({ message }) => message).join('; '));
      if (!isTimeZone(timeZone)) throw bad({ expression, timeZone }, 'there is no such time zone');
      const task = cron.schedule(expression, onDue, {
        timezone: timeZone,
        noOverlap: true,
        unref: true,
        suppressMissedWarning: true,
      });
      // The host was busy, or asleep, at that moment.
      task.on('execution:missed', onDue);
      return { stop: () => void Promise.resolve(task.destroy()).catch(() => {}) };
    },
  };
}

function bad({ expression, timeZone }: Pick<CronCall, 'expression' | 'timeZone'>, cause: string): Fault {
  return new Fault({
    code: 'bad-setting',
    operation: 'use the schedule of guests with qemu-ga',
    subject: `qga-schedule ${JSON.stringify(expression)}, qga-time-zone ${JSON.stringify(timeZone)}`,
    cause: cause || 'it is not a cron expression',
    hint: 'A schedule is a cron expression; this one is Sundays at 3: qga-schedule = "0 3 * * 0", qga-time-zone = "Europe/Vienna".',
  });
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
