import { STARTERS } from '@trimtab/protocol';
import {
  addressSetting,
  choiceSetting,
  durationSetting,
  Fault,
  optionalTextSetting,
  resolveSettings,
  type SettingSources,
  type Settings,
  tellTomlLine,
  textSetting,
  toCause,
} from '@trimtab/protocol/shared';

export const CONFIGURATION_FILE = '/etc/trimtab/agent.toml';
export const ENVIRONMENT_PREFIX = 'TRIMTAB_AGENT_';

/** Every key of the agent: in agent.toml, as a flag and as an environment variable. */
export const SETTINGS = {
  collector: addressSetting({
    describe: 'Where the collector on the host is, if not where the token said',
    placeholder: 'ADDRESS:PORT',
    example: '192.0.2.1:7461',
    default: null,
  }),
  stateDirectory: textSetting({
    describe: 'Where the agent keeps reports that are not delivered yet',
    placeholder: 'PATH',
    example: '/var/lib/trimtab-agent',
    default: '/var/lib/trimtab-agent',
  }),
  schedule: optionalTextSetting({
    describe: 'When to trim, as a cron expression; without one only when the host asks',
    placeholder: 'CRON',
    example: '"0 3 * * 0"',
  }),
  timeZone: textSetting({
    describe: 'The time zone of the schedule',
    placeholder: 'ZONE',
    example: 'Europe/Vienna',
    default: 'UTC',
  }),
  minimumInterval: durationSetting({
    describe: 'The least time between two trims, whoever asks',
    placeholder: 'TIME',
    example: '10s',
    default: '10s',
  }),
  grantPatience: durationSetting({
    describe: 'How long the collector may be away before a trim goes without it',
    placeholder: 'TIME',
    example: '30s',
    default: '30s',
  }),
  starter: choiceSetting({
    describe: 'What starts the agent: it stays, or visits by a timer or when the host rings',
    choices: STARTERS,
    example: 'timer',
    default: 'resident',
  }),
  visitEvery: durationSetting({
    describe: 'How often a timer starts a visit',
    placeholder: 'TIME',
    example: '15m',
    default: '15m',
    least: '1m',
  }),
  root: textSetting({
    describe: 'Where /proc, /sys and /etc are found',
    placeholder: 'PATH',
    example: '/',
    default: '/',
  }),
} as const;

export type AgentSettings = Settings<typeof SETTINGS>;

export interface SettingsCall {
  readonly flags: Readonly<Record<string, unknown>>;
  /** Null: the usual place. */
  readonly configPath: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Null if the file is absent. */
  readonly readText: (path: string) => Promise<string | null>;
}

/**
 * Settings from flags, the environment and the configuration file. A file that was named must be there; the usual one
 * may be absent. Throws a Fault that names the place.
 */
export async function loadSettings(call: SettingsCall): Promise<AgentSettings> {
  return resolveSettings(SETTINGS, await readSources(call));
}

/** What was given, and where. Throws a Fault where the file cannot be read. */
export async function readSources({ flags, configPath, environment, readText }: SettingsCall): Promise<SettingSources> {
  const path = configPath ?? CONFIGURATION_FILE;
  const text = await readConfiguration({ path, readText });
  if (text === null && configPath !== null)
    throw unreadable({ path, cause: 'there is no such file', hint: 'Name another with --config PATH.' });
  const content = text === null ? null : await parseToml({ path, text });
  return {
    flags,
    environment,
    environmentPrefix: ENVIRONMENT_PREFIX,
    file: content === null ? null : { path, content },
  };
}

async function readConfiguration({
  path,
  readText,
}: {
  path: string;
  readText: (path: string) => Promise<string | null>;
}): Promise<string | null> {
  try {
    return await readText(path);
  } catch (error) {
    throw unreadable({
      path,
      cause: toCause(error),
      hint: 'Run the agent as root, or name another with --config PATH.',
    });
  }
}

async function parseToml({ path, text }: { path: string; text: string }): Promise<Record<string, unknown>> {
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw unreadable({
      path: `${path}, line ${error.line}`,
      cause: error.message.split('\n')[0] ?? 'it is not TOML',
      hint: `A line is KEY = VALUE with text in quotes: collector = "192.0.2.1:7461".${tellTomlLine({ text, line: error.line })}`,
    });
  }
}

function unreadable({ path, cause, hint }: { path: string; cause: string; hint: string }): Fault {
  return new Fault({ code: 'bad-configuration', operation: 'read the configuration', subject: path, cause, hint });
}
