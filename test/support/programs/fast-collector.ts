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
// warns of goes by that. Everything else keeps its own time.

const DAY_MS = 24 * 3_600_000;

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

const unused = () => Promise.reject(new Error('only serve is run here'));

await runCli({
  args: ownProcess.args,
  version: COLLECTOR_VERSION,
  environment: ownProcess.environment,
  terminal,
  readConfiguration: (named) => readConfiguration({ named, standard: '/nonexistent' }),
  readSecret: () => '',
  connect: createDeskClient,
  explain: unused,
  forecastFile: unused,
  exportHistory: unused,
  importHistory: unused,
  pause,
  async serve(settings) {
    const { logger, end } = createLogger({ isTerminal: false, isJournal: false, timeZone: 'UTC' });
    const stopped = ownProcess.untilStopped();
    const calendar = createFastCalendar(DAY_MS / Number(process.env.DAY_MS));
    const collector = await startCollector({ settings, logger, calendar });
    await stopped;
    await collector.stop();
    await end();
  },
});
ownProcess.finish(0);
