import type { Cron } from '../ports/cron.ts';

/** node-cron, loaded only where there is a schedule. */
export function createCron(): Cron {
  return {
    async check({ expression, timeZone }) {
      const cron = await load();
      const { valid, errors } = cron.validateDetailed(expression);
      if (!valid) return errors.map(({ message }) => message).join('; ') || 'it is not a cron expression';
      return isTimeZone(timeZone) ? null : `there is no time zone ${JSON.stringify(timeZone)}`;
    },
    async start({ expression, timeZone, onDue }) {
      const cron = await load();
      const task = cron.schedule(expression, onDue, {
        timezone: timeZone,
        noOverlap: true,
        unref: true,
        suppressMissedWarning: true,
      });
      // The host was busy, or asleep, at that moment.
      task.on('execution:missed', onDue);
      return { next: task.getNextRun(), stop: () => void Promise.resolve(task.destroy()).catch(() => {}) };
    },
  };
}

async function load() {
  const { default: cron } = await import('node-cron');
  // It would write coloured lines to stdout.
  cron.setLogger({ info: () => {}, warn: () => {}, error: () => {}, debug: () => {} });
  return cron;
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
