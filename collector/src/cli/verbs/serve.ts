import { resolveSettings, type Setting, toFlag, toPhrase, toVariable } from '@trimtab/protocol/shared';
import { type Command, Option } from 'commander';
import { DEFAULT_CONFIGURATION, ENVIRONMENT_PREFIX, SETTINGS } from '../../settings.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';

export function addServe(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .description('run the collector')
    .option('--config <PATH>', `the configuration file (default ${DEFAULT_CONFIGURATION}, if it is there)`);
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

Example:
  $ trimtab serve --listen 192.0.2.1:7461 --state-directory /var/lib/trimtab`,
    )
    .action(async ({ config, ...flags }: { config?: string } & Record<string, unknown>) => {
      const settings = resolveSettings(SETTINGS, {
        flags,
        environment: context.environment,
        environmentPrefix: ENVIRONMENT_PREFIX,
        file: context.readConfiguration(config ?? null),
      });
      // SIGINT is how it is stopped: its normal end.
      context.interrupts.stop();
      await context.serve(settings);
      context.finish(EXIT.done);
    });
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
