import { parseArgs } from 'node:util';
import { toFlag } from '@trimtab/protocol/shared';
import { SETTINGS } from '../settings.ts';

export type Arguments =
  | {
      readonly kind: 'run' | 'visit';
      readonly flags: Readonly<Record<string, unknown>>;
      readonly configPath: string | null;
    }
  | CheckArguments
  | { readonly kind: 'probe'; readonly json: boolean; readonly explain: boolean; readonly root: string }
  | { readonly kind: 'trim'; readonly json: boolean; readonly mounts: readonly string[] }
  | JoinArguments
  | { readonly kind: 'facts' }
  | { readonly kind: 'help'; readonly about: HelpTopic }
  | { readonly kind: 'version' }
  /** `message`: what is wrong with the command line; `about`: whose help tells what is right. */
  | { readonly kind: 'wrong'; readonly message: string; readonly about: HelpTopic };

/** `run --check`: what a run would come to. */
export interface CheckArguments {
  readonly kind: 'check';
  readonly flags: Readonly<Record<string, unknown>>;
  readonly configPath: string | null;
  readonly json: boolean;
}

export interface JoinArguments {
  readonly kind: 'join';
  /** Of the settings, those that are of use here. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly configPath: string | null;
  /** Null: standard input. */
  readonly token: string | null;
  readonly tokenFile: string | null;
  readonly show: boolean;
  readonly again: boolean;
  readonly json: boolean;
}

const VERBS = ['run', 'visit', 'join', 'probe', 'trim'] as const;
export type HelpTopic = (typeof VERBS)[number] | 'all';

/** What the command line asks for. `argv` is without the program and its script. */
export function parseArguments({ argv }: { argv: readonly string[] }): Arguments {
  const [verb, ...rest] = argv;
  if (verb === undefined) return { kind: 'wrong', message: 'a command is missing', about: 'all' };
  if (verb === '--version' || verb === '-V') return { kind: 'version' };
  if (verb === '--help' || verb === '-h') return { kind: 'help', about: 'all' };
  if (verb === 'help') return { kind: 'help', about: toTopic(rest[0]) };
  try {
    switch (verb) {
      case 'run':
      case 'visit':
        return parseRun(verb, rest);
      case 'join':
        return parseJoin(rest);
      case 'probe':
        return parseProbe(rest);
      case 'trim':
        return parseTrim(rest);
      case 'facts':
        return { kind: verb };
      default:
        return { kind: 'wrong', message: `there is no command ${JSON.stringify(verb)}`, about: 'all' };
    }
  } catch (error) {
    // parseArgs says what it does not know; anything else is a bug.
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      return { kind: 'wrong', message: `${verb}: ${firstSentence(error.message)}`, about: toTopic(verb) };
    throw error;
  }
}

const HELP = { help: { type: 'boolean', short: 'h' } } as const;
const JSON_FLAG = { json: { type: 'boolean' } } as const;

function parseRun(kind: 'run' | 'visit', args: string[]): Arguments {
  const keys = Object.keys(SETTINGS);
  const settings = Object.fromEntries(keys.map((key) => [toFlag(key), { type: 'string' as const }]));
  const own = { ...HELP, ...JSON_FLAG, config: { type: 'string' }, check: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args, options: { ...settings, ...own }, strict: true });
  if (values.help === true) return { kind: 'help', about: kind };
  const given = values as Readonly<Record<string, unknown>>;
  const flags = Object.fromEntries(keys.map((key) => [key, given[toFlag(key)]]));
  const call = { flags, configPath: values.config ?? null };
  const json = values.json === true;
  if (values.check === true) return { kind: 'check', ...call, json };
  if (json) return { kind: 'wrong', message: `${kind}: --json goes with --check: else there is a log`, about: kind };
  return { kind, ...call };
}

/** Where its own state is, and the collector: the rest is of no use to it. */
const OF_JOIN = ['collector', 'stateDirectory', 'root'] as const;

function parseJoin(args: string[]): Arguments {
  const settings = Object.fromEntries(OF_JOIN.map((key) => [toFlag(key), { type: 'string' as const }]));
  const own = {
    ...JSON_FLAG,
    ...HELP,
    config: { type: 'string' },
    'token-file': { type: 'string' },
    show: { type: 'boolean' },
    again: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({
    args,
    options: { ...settings, ...own },
    strict: true,
    allowPositionals: true,
  });
  if (values.help === true) return { kind: 'help', about: 'join' };
  const given = values as Readonly<Record<string, unknown>>;
  const tokenFile = values['token-file'] ?? null;
  const tokens = positionals.length + (tokenFile === null ? 0 : 1);
  if (tokens > 1) return { kind: 'wrong', message: 'join: it takes one token', about: 'join' };
  const [token] = positionals;
  return {
    kind: 'join',
    flags: Object.fromEntries(OF_JOIN.map((key) => [key, given[toFlag(key)]])),
    configPath: values.config ?? null,
    token: token === undefined || token === '-' ? null : token,
    tokenFile,
    show: values.show === true,
    again: values.again === true,
    json: values.json === true,
  };
}

function parseProbe(args: string[]): Arguments {
  const options = { ...JSON_FLAG, ...HELP, explain: { type: 'boolean' }, root: { type: 'string' } } as const;
  const { values } = parseArgs({ args, options, strict: true });
  if (values.help === true) return { kind: 'help', about: 'probe' };
  return { kind: 'probe', json: values.json === true, explain: values.explain === true, root: values.root ?? '/' };
}

function parseTrim(args: string[]): Arguments {
  const options = { ...JSON_FLAG, ...HELP };
  const { values, positionals } = parseArgs({ args, options, strict: true, allowPositionals: true });
  if (values.help === true) return { kind: 'help', about: 'trim' };
  const wrong = positionals.find((mount) => !mount.startsWith('/'));
  if (wrong !== undefined)
    return {
      kind: 'wrong',
      message: `trim: ${JSON.stringify(wrong)} is not a mount point: it does not begin with /`,
      about: 'trim',
    };
  return { kind: 'trim', json: values.json === true, mounts: positionals };
}

function toTopic(verb: string | undefined): HelpTopic {
  return VERBS.find((each) => each === verb) ?? 'all';
}

function firstSentence(text: string): string {
  return text.split('. ')[0] ?? text;
}
