import { readFileSync } from 'node:fs';
import { runCli } from '../../../collector/src/cli/run-cli.ts';
import { startCollector } from '../../../collector/src/collector.ts';
import { createDeskClient } from '../../../collector/src/compose/desk-client.ts';
import { createLogger } from '../../../collector/src/compose/logger.ts';
import { ownProcess } from '../../../collector/src/io/own-process.ts';
import { pause } from '../../../collector/src/io/pause.ts';
import { readConfiguration } from '../../../collector/src/io/read-configuration.ts';
import { terminal } from '../../../collector/src/io/terminal.ts';
import type { Clock } from '../../../collector/src/ports/clock.ts';
import { COLLECTOR_VERSION } from '../../../collector/src/version.ts';

// The collector as it is, but for its calendar, which goes a day in DAY_MS milliseconds: what it samples, foresees and
// warns of goes by that. Everything else keeps its own time. With DAYS_FILE, which holds how many days have been lived,
// the calendar waits at the end of each until it is.

const REAL_DAY_MS = 24 * 3_600_000;
const TICK_MS = 50;

/** From now on, so many times as fast. */
function createFastCalendar(factor: number): Clock {
  const [begin, beganMs] = [Date.now(), performance.now()];
  const monotonicMs = () => (performance.now() - beganMs) * factor;
  return {
    now: () => begin + monotonicMs(),
    monotonicMs,
    after(delayMs, call) {
      const timer = setTimeout(call, delayMs / factor);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** The same by ticks: never ahead of the days that have been lived, and what is due within a tick is done at its end. */
function createLivedCalendar({ factor, livedDays }: { factor: number; livedDays: () => number }): Clock {
  const begin = Math.ceil(Date.now() / REAL_DAY_MS) * REAL_DAY_MS;
  const waiting = new Set<{ readonly dueMs: number; readonly call: () => void }>();
  let [calendarMs, tickedMs] = [0, performance.now()];
  const tick = () => {
    const now = performance.now();
    const mostMs = (livedDays() + 1) * REAL_DAY_MS - 1;
    calendarMs = Math.max(calendarMs, Math.min(mostMs, calendarMs + (now - tickedMs) * factor));
    tickedMs = now;
    for (const one of [...waiting].filter(({ dueMs }) => dueMs <= calendarMs)) {
      waiting.delete(one);
      one.call();
    }
  };
  setInterval(tick, TICK_MS).unref();
  return {
    now: () => begin + calendarMs,
    monotonicMs: () => calendarMs,
    after(delayMs, call) {
      const one = { dueMs: calendarMs + delayMs, call };
      waiting.add(one);
      return () => waiting.delete(one);
    },
  };
}

function createCalendar({ DAY_MS, DAYS_FILE }: NodeJS.ProcessEnv): Clock {
  const factor = REAL_DAY_MS / Number(DAY_MS);
  if (DAYS_FILE === undefined) return createFastCalendar(factor);
  return createLivedCalendar({ factor, livedDays: () => Number(readFileSync(DAYS_FILE, 'utf8')) });
}

const unused = () => Promise.reject(new Error('only serve is run here'));

await runCli({
  args: ownProcess.args,
  version: COLLECTOR_VERSION,
  environment: ownProcess.environment,
  terminal,
  readConfiguration: (named) => readConfiguration({ named, standard: '/nonexistent' }),
  readSecret: () => ({ text: '', foreign: null, isReadByAll: false }),
  connect: createDeskClient,
  hasService: () => false,
  checkServe: async () => ({ faults: [], would: [], notes: [] }),
  explain: unused,
  forecastFile: unused,
  exportHistory: unused,
  importHistory: unused,
  saveKeys: unused,
  restoreKeys: unused,
  pause,
  async serve(settings) {
    const { logger, end } = createLogger({ isTerminal: false, isJournal: false, timeZone: 'UTC' });
    const stopped = ownProcess.untilStopped();
    const calendar = createCalendar(process.env);
    const collector = await startCollector({ settings, logger, calendar });
    await stopped;
    await collector.stop();
    await end();
  },
});
ownProcess.finish(0);
