import { resolveSettings, toPhrase } from '@trimtab/protocol/shared';
import { type Command, Option } from 'commander';
import { DEFAULT_CONFIGURATION, ENVIRONMENT_PREFIX, SETTINGS } from '../../settings.ts';
import type { CommandContext } from '../command-context.ts';
import { say } from '../say.ts';
import { tellAnswer } from '../tell-answer.ts';

export interface PlaceOptions {
  readonly config?: string;
  readonly stateDirectory?: string;
  readonly database?: string;
  readonly json?: true;
}

/** Which database: as the collector itself finds it. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--json', 'print how many it was as one JSON document')
    .option('--config <PATH>', `the configuration file of the collector (default ${DEFAULT_CONFIGURATION})`)
    .addOption(new Option('--state-directory <PATH>', toPhrase(SETTINGS.stateDirectory.describe)))
    .addOption(new Option('--database <URL>', toPhrase(SETTINGS.database.describe)));
}

export function findPlace(context: CommandContext, { config, stateDirectory: folder, database: url }: PlaceOptions) {
  const { stateDirectory, database } = resolveSettings(SETTINGS, {
    flags: { stateDirectory: folder, database: url },
    environment: context.environment,
    environmentPrefix: ENVIRONMENT_PREFIX,
    file: context.readConfiguration(config ?? null),
  });
  return { stateDirectory, database };
}

/** How many rows it was: on stderr, for an export may be on stdout; or as the JSON document that was asked for. */
export function tellMoved({
  context: { terminal },
  word,
  rows,
  isJson,
}: {
  readonly context: CommandContext;
  readonly word: 'Exported' | 'Imported';
  readonly rows: number;
  readonly isJson: boolean;
}): void {
  if (isJson) tellAnswer({ terminal, answer: { rows }, isJson, format: () => '' });
  else say(terminal.err, `${word} ${rows} rows.`);
}
