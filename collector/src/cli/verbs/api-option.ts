import { quote } from '@trimtab/protocol/causes';
import { Fault, toCause, toVariable } from '@trimtab/protocol/shared';
import type { Command } from 'commander';
import type { RemoteApi } from '../../model/api-place.ts';
import { isApiToken } from '../../model/api-token.ts';
import { toListenScope } from '../../model/listen-scope.ts';
import { ENVIRONMENT_PREFIX } from '../../settings.ts';
import type { CommandContext } from '../command-context.ts';
import { sayWrapped } from '../say.ts';

export interface ApiOptions {
  readonly api?: string;
  readonly apiTokenFile?: string;
  readonly apiPin?: string;
  readonly apiCa?: string;
}

type ApiContext = Pick<CommandContext, 'environment' | 'readSecret'> & {
  readonly terminal: Pick<CommandContext['terminal'], 'err'>;
};

/** A collector elsewhere: the options that every command but `serve` has. */
export function addApiOptions(command: Command): Command {
  return command
    .option('--api <URL>', `the API of another host, as https://host.example:7462 (${ENVIRONMENT_PREFIX}API)`)
    .option('--api-token-file <PATH>', `a file with the token for it (${ENVIRONMENT_PREFIX}API_TOKEN has the token)`)
    .option('--api-pin <PIN>', `its key, as \`trimtab keys\` shows it there (${ENVIRONMENT_PREFIX}API_PIN)`)
    .option('--api-ca <PATH>', `who has signed its certificate, in PEM (${ENVIRONMENT_PREFIX}API_CA)`);
}

/**
 * The API elsewhere that is to be asked; null where none is named. A token that every user of this machine may read is
 * told of, as ssh does of its keys. Throws a Fault `bad-api`.
 */
export function readApiOptions(
  { environment, readSecret, terminal }: ApiContext,
  options: ApiOptions,
): RemoteApi | null {
  const given = (option: 'api' | 'apiPin' | 'apiCa') =>
    options[option] ?? environment[toVariable({ key: option, prefix: ENVIRONMENT_PREFIX })];
  const url = given('api');
  if (url === undefined) return null;
  const read = (path: string) => {
    const file = orBad(path, () => readSecret(path));
    if (file.foreign !== null) throw foreignFile({ subject: path, cause: file.foreign });
    return file;
  };
  const file = options.apiTokenFile;
  const token = file === undefined ? environment[`${ENVIRONMENT_PREFIX}API_TOKEN`] : readToken(file);
  const ca = given('apiCa');
  return {
    origin: toOrigin(url),
    token: checkToken({ token: token?.trim(), place: file ?? `${ENVIRONMENT_PREFIX}API_TOKEN` }),
    pin: checkPin(given('apiPin') ?? null),
    ca: ca === undefined ? null : read(ca).text,
  };

  function readToken(path: string): string {
    const { text, isReadByAll } = read(path);
    if (isReadByAll)
      sayWrapped(
        terminal.err,
        `${path}: every user of this machine may read the token in it. chmod 600 ${quote(path)}`,
      );
    return text;
  }
}

function orBad<Value>(subject: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw bad({ subject, cause: toCause(error) });
  }
}

function toOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWhole = url !== null && `${url.pathname}${url.search}${url.hash}` === '/' && url.username === '';
  if (!isWhole || !/^https?:$/.test(url.protocol))
    throw bad({ subject: withoutUser(text), cause: 'it is no URL of an API' });
  if (url.protocol === 'http:' && toListenScope(url.hostname.replace(/^\[|\]$/g, '')) !== 'this-host')
    throw bad({ subject: text, cause: 'without TLS the token would be read on the way; only this host is asked so' });
  return url.origin;
}

/** A password is in it, perhaps. */
const withoutUser = (url: string) => url.replace(/\/\/[^/]*@/, '//');

function checkToken({ token, place }: { readonly token: string | undefined; readonly place: string }): string {
  if (token === undefined) throw bad({ subject: place, cause: 'there is no token' });
  if (isApiToken(token)) return token;
  throw bad({ subject: place, cause: 'it does not hold a token of the API, which begins with tta1.' });
}

function checkPin(pin: string | null): string | null {
  if (pin === null || /^[A-Za-z0-9_-]{43}$/.test(pin)) return pin;
  throw bad({ subject: pin, cause: 'it is no pin: those are 43 letters and digits' });
}

/** Whoever writes it decides as whom, or by whose word, that host is asked. */
function foreignFile({ subject, cause }: { readonly subject: string; readonly cause: string }): Fault {
  return new Fault({
    code: 'bad-api',
    operation: 'ask a collector on TCP',
    subject,
    cause,
    hint: `If what it holds is yours: chown "$(id -u)" ${quote(subject)} && chmod 600 ${quote(subject)}`,
  });
}

function bad({ subject, cause }: { readonly subject: string; readonly cause: string }): Fault {
  return new Fault({
    code: 'bad-api',
    operation: 'ask a collector on TCP',
    subject,
    cause,
    hint: 'Example: --api https://host.example:7462 --api-token-file FILE --api-pin PIN. On that host `trimtab tokens create` makes a token, and `trimtab keys` shows the pin.',
  });
}
