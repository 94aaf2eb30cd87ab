import {
  resolveSettings,
  type Setting,
  type SettingSources,
  toFlag,
  toPhrase,
  toVariable,
  trySettings,
} from '@trimtab/protocol/shared';
import { type Command, Option } from 'commander';
import type { ServeCheck } from '../../model/serve-check.ts';
import { DEFAULT_CONFIGURATION, ENVIRONMENT_PREFIX, SETTINGS } from '../../settings.ts';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { tellAnswer } from '../tell-answer.ts';
import { isWrongUsage, tellPeople } from '../tell-error.ts';
import { formatServeCheck } from '../views/serve-check.ts';

export function addServe(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .description('run the collector')
    .option('--config <PATH>', `the configuration file (default ${DEFAULT_CONFIGURATION}, if it is there)`);
  command
    .option('--check', 'say whether it would start with these settings, and what it would do; changes nothing')
    .option('--json', 'with --check: print one JSON document');
  for (const [key, setting] of Object.entries(SETTINGS)) command.addOption(toOption(key, setting));
  command
    .addHelpText(
      'after',
      `
Each of these is also a key of the configuration file, without its dashes. A
flag overrides the environment, and the environment overrides the file.

It runs until it is stopped (SIGTERM, SIGINT). Its log goes to stdout: for
people on a terminal and in the journal, else a JSON object a line.
Exit codes: 0 stopped, 1 error, 2 wrong usage.

--check reads the settings and the files that they name, tries the addresses,
and looks whether the state directory can be written and the database is of
this version or an older one. It tells all errors at once. What a collector
that runs with the same state directory has, counts as free. --json prints
{isGood, configuration, errors[{code, operation, subject, cause, hint}],
would[], notes[]}. Exit codes: 0 it would start, 1 it would not, 2 wrong usage.

Example:
  $ trimtab serve --listen 192.0.2.1:7461 --state-directory /var/lib/trimtab
  $ trimtab serve --check && systemctl restart trimtab`,
    )
    .action(async ({ config, check, json, ...flags }: ServeOptions) => {
      if (check === true) return checkSettings(context, { config, flags, isJson: json === true });
      if (json === true) throw new UsageError('--json goes with --check: what runs until it is stopped has a log');
      const settings = resolveSettings(SETTINGS, sourcesOf(context, { config, flags }));
      // SIGINT is how it is stopped: its normal end.
      context.interrupts.stop();
      await context.serve(settings);
      context.finish(EXIT.done);
    });
}

type ServeOptions = { readonly config?: string; readonly check?: true; readonly json?: true } & Record<string, unknown>;

interface Given {
  readonly config: string | undefined;
  readonly flags: Readonly<Record<string, unknown>>;
}

function sourcesOf({ environment, readConfiguration }: CommandContext, { config, flags }: Given): SettingSources {
  const file = readConfiguration(config ?? null);
  return { flags, environment, environmentPrefix: ENVIRONMENT_PREFIX, file };
}

async function checkSettings(
  context: CommandContext,
  { isJson, ...given }: Given & { isJson: boolean },
): Promise<void> {
  const { terminal } = context;
  const sources = sourcesOf(context, given);
  const { settings, faults } = trySettings(SETTINGS, sources);
  const found = settings === null ? { faults, would: [], notes: [] } : await context.checkServe(settings);
  const check: ServeCheck = {
    isGood: found.faults.length === 0,
    configuration: sources.file?.path ?? null,
    errors: found.faults.map(({ detail }) => detail),
    would: found.would,
    notes: found.notes,
  };
  for (const error of found.faults) tellPeople({ error, verb: 'serve', err: terminal.err });
  if (isJson || check.isGood) tellAnswer({ terminal, answer: check, isJson, format: formatServeCheck });
  context.finish(check.isGood ? EXIT.done : found.faults.some(isWrongUsage) ? EXIT.wrongUsage : EXIT.error);
}

function toOption(key: string, setting: Setting<unknown>): Option {
  const standard = setting.default === null || Array.isArray(setting.default) ? 'none' : String(setting.default);
  const variable = toVariable({ key, prefix: ENVIRONMENT_PREFIX });
  const several = setting.repeats === true ? '; may be given several times' : '';
  const option = new Option(
    setting.placeholder === '' ? `--${toFlag(key)}` : `--${toFlag(key)} <${setting.placeholder}>`,
    `${toPhrase(setting.describe)}${several} (${variable}, default ${standard})`,
  );
  if (setting.repeats !== true) return option;
  return option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
}
