import { runCli } from './cli/run-cli.ts';
import { tellUnwritten } from './cli/tell-unwritten.ts';
import { createDeskClient } from './compose/desk-client.ts';
import { createLogger } from './compose/logger.ts';
import { hasService } from './io/find-service.ts';
import { ownProcess } from './io/own-process.ts';
import { pause } from './io/pause.ts';
import { readConfiguration } from './io/read-configuration.ts';
import { readSecretFile } from './io/read-secret.ts';
import { findServiceManager } from './io/service-manager.ts';
import { terminal, written } from './io/terminal.ts';
import { type CollectorSettings, DEFAULT_CONFIGURATION } from './settings.ts';
import { COLLECTOR_VERSION } from './version.ts';

const exitCode = await runCli({
  args: ownProcess.args,
  version: COLLECTOR_VERSION,
  environment: ownProcess.environment,
  terminal,
  readConfiguration: (named) => readConfiguration({ named, standard: DEFAULT_CONFIGURATION }),
  readSecret: readSecretFile,
  connect: createDeskClient,
  hasService,
  async explain(asked) {
    // Only here: the other commands need no parser of guests.
    const { explainFiles } = await import('./compose/explain-files.ts');
    return explainFiles(asked);
  },
  async exportHistory(asked) {
    const { exportHistory } = await import('./compose/move-history.ts');
    return exportHistory(asked);
  },
  async importHistory(asked) {
    const { importHistory } = await import('./compose/move-history.ts');
    return importHistory(asked);
  },
  async saveKeys(asked) {
    const { saveKeys } = await import('./compose/move-keys.ts');
    return saveKeys(asked);
  },
  async restoreKeys(asked) {
    const { restoreKeys } = await import('./compose/move-keys.ts');
    return restoreKeys(asked);
  },
  async forecastFile(asked) {
    const { forecastFile } = await import('./compose/forecast-file.ts');
    return forecastFile(asked);
  },
  pause,
  serve,
  async checkServe(settings) {
    const { checkServe } = await import('./compose/check/check-serve.ts');
    return checkServe(settings);
  },
});
ownProcess.finish(await tellUnwritten({ exitCode, terminal, failure: await written() }));

async function serve(settings: CollectorSettings): Promise<void> {
  // Only here: the other commands need neither the database nor the sockets for agents.
  const { startCollector } = await import('./collector.ts');
  const { isTerminal, isJournal } = terminal.out;
  const { logger, end } = createLogger({ isTerminal, isJournal, timeZone: terminal.timeZone });
  const stopped = ownProcess.untilStopped();
  const collector = await startCollector({ settings, logger });
  const manager = findServiceManager(ownProcess.environment);
  manager.tellReady();
  const signal = await stopped;
  manager.tellStopping();
  logger.info({ signal }, 'stopping');
  await collector.stop();
  logger.info({}, 'stopped');
  await end();
}
