import { Fault, formatFault, toFlag } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { Cron } from '../ports/cron.ts';
import type { Folder } from '../ports/folder.ts';
import type { Log } from '../ports/log.ts';
import { isRunOwed, parseScheduleMemory, type ScheduleMemory } from '../trim/schedule.ts';
import type { WishAnswer } from '../trim/trim-state.ts';

const NAME = 'schedule.json';

export type StartDueTrim = (due: {
  readonly trigger: 'scheduled' | 'caught-up';
  readonly onBegun: () => void;
}) => Promise<WishAnswer>;

/** Throws a Fault that names the key, if node-cron would not take the expression or there is no such time zone. */
export async function checkSchedule({
  cron,
  expression,
  timeZone,
  flags,
}: {
  cron: Cron;
  expression: string;
  timeZone: string;
  /** Those that the command line gave are named as it has them. */
  flags: Readonly<Record<string, unknown>>;
}): Promise<void> {
  const wrong = await cron.check({ expression, timeZone });
  if (wrong === null) return;
  const name = (key: string) => (flags[key] === undefined ? toFlag(key) : `--${toFlag(key)}`);
  const places = [
    `${name('schedule')} ${JSON.stringify(expression)}`,
    `${name('timeZone')} ${JSON.stringify(timeZone)}`,
  ];
  // What was typed comes first: it is the likelier mistake.
  const subject = places
    .toSorted((one, other) => Number(other.startsWith('--')) - Number(one.startsWith('--')))
    .join(', ');
  throw new Fault({
    code: 'bad-setting',
    operation: 'use the schedule',
    subject,
    cause: wrong,
    hint: 'A schedule is a cron expression; this one is Sundays at 3: schedule = "0 3 * * 0", time-zone = "Europe/Vienna".',
  });
}

/** Starts the trims that are due, and remembers over restarts which is next. The returned function ends it. */
export async function runSchedule({
  cron,
  folder,
  expression,
  timeZone,
  startTrim,
  clock,
  log,
}: {
  cron: Cron;
  folder: Folder;
  expression: string;
  timeZone: string;
  startTrim: StartDueTrim;
  clock: Clock;
  log: Log;
}): Promise<() => void> {
  const memory = parseScheduleMemory(await folder.read(NAME));
  const schedule = await cron.start({
    expression,
    timeZone,
    onDue: ({ late }) => void start(late ? 'caught-up' : 'scheduled'),
  });
  if (isRunOwed({ memory, expression, timeZone, nowMs: clock.now() })) void start('caught-up');
  else await remember();
  return () => schedule.stop();

  async function start(trigger: 'scheduled' | 'caught-up'): Promise<void> {
    const answer = await startTrim({ trigger, onBegun: () => void remember() });
    if (answer.kind !== 'refused' && answer.kind !== 'failed') return;
    log.warn(`the ${trigger} trim is left out: ${answer.problem.subject}: ${answer.problem.cause}`);
    // One that failed is still owed: nobody decided against it.
    if (answer.kind === 'refused') await remember();
  }

  async function remember(): Promise<void> {
    const next: ScheduleMemory = { expression, timeZone, nextDueAt: schedule.nextDueAt() };
    try {
      await folder.write({ name: NAME, content: JSON.stringify(next) });
    } catch (error) {
      log.error(formatFault(error));
    }
  }
}
