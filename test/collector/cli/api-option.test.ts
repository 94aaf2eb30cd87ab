import { describe, expect, it } from 'vitest';
import { type ApiOptions, readApiOptions } from '../../../collector/src/cli/verbs/api-option.ts';
import type { SecretFile } from '../../../collector/src/model/secret-file.ts';
import { TOKENS } from '../api/network-door.ts';

const PIN = 'A'.repeat(43);
const FILES: Readonly<Record<string, string>> = { '/token': `${TOKENS.read}\n`, '/other': 'hunter2', '/ca': 'PEM' };

function read(options: ApiOptions, environment: Readonly<Record<string, string>> = {}) {
  return readWith({ options, environment }).api;
}

function readWith({
  options,
  environment = {},
  rights = {},
}: {
  readonly options: ApiOptions;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of every file. */
  readonly rights?: Partial<SecretFile>;
}) {
  let said = '';
  const err = {
    write(text: string) {
      said += text;
    },
    isTerminal: false,
    isJournal: false,
    gone: new AbortController().signal,
    columns: 80,
    rows: null,
  };
  const readSecret = (path: string): SecretFile => {
    const text = FILES[path];
    if (text === undefined) throw new Error('no such file or directory');
    return { text, foreign: null, isReadByAll: false, ...rights };
  };
  const api = readApiOptions({ environment, readSecret, terminal: { err } }, options);
  return { api, said };
}

describe('the API of another host', () => {
  it('is not asked unless it is named', () => {
    expect(read({}, { TRIMTAB_API_TOKEN: TOKENS.read, TRIMTAB_API_PIN: PIN })).toBeNull();
  });

  it('is told by options, or by the environment', () => {
    const expected = { origin: 'https://host.example:7462', token: TOKENS.read, pin: PIN, ca: 'PEM' };
    const api = 'https://host.example:7462';
    expect(read({ api, apiTokenFile: '/token', apiPin: PIN, apiCa: '/ca' })).toEqual(expected);
    const variables = { TRIMTAB_API_TOKEN: TOKENS.read, TRIMTAB_API_PIN: PIN, TRIMTAB_API_CA: '/ca' };
    expect(read({}, { TRIMTAB_API: `${api}/`, ...variables })).toEqual(expected);
    expect(read({ api, apiTokenFile: '/token' }, { ...variables, TRIMTAB_API: 'nonsense' })).toEqual(expected);
  });

  it.each<[string, ApiOptions, string]>([
    ['a name alone', { api: 'host.example' }, 'it is no URL of an API'],
    ['another scheme', { api: 'ssh://host.example' }, 'it is no URL of an API'],
    ['a path', { api: 'https://host.example/v1' }, 'it is no URL of an API'],
    ['a password in it', { api: 'https://me:secret@host.example' }, 'it is no URL of an API'],
    ['no TLS to elsewhere', { api: 'http://192.0.2.7:7462' }, 'without TLS the token would be read on the way'],
    ['no token', { api: 'https://host.example' }, 'there is no token'],
    ['a file that is not there', { api: 'https://host.example', apiTokenFile: '/gone' }, 'no such file'],
    ['a file of something else', { api: 'https://host.example', apiTokenFile: '/other' }, 'begins with tta1.'],
    ['a pin that is none', { api: 'https://host.example', apiTokenFile: '/token', apiPin: 'abc' }, 'it is no pin'],
  ])('%s is told of, and nothing of a secret', (_, options, cause) => {
    let fault: unknown;
    try {
      read(options);
    } catch (error) {
      fault = error;
    }
    expect(fault).toMatchObject({ detail: { code: 'bad-api', cause: expect.stringContaining(cause) } });
    expect(JSON.stringify((fault as { detail: object }).detail)).not.toMatch(/hunter2|secret@/);
  });

  it('is asked by a token that all may read, and that is told of', () => {
    const options = { api: 'https://host.example', apiTokenFile: '/token' };
    expect(readWith({ options }).said).toBe('');
    const { api, said } = readWith({ options, rights: { isReadByAll: true } });
    expect(api?.token).toBe(TOKENS.read);
    expect(said).toBe('/token: every user of this machine may read the token in it. chmod 600 /token\n');
    // A certificate is no secret.
    const variables = { TRIMTAB_API_TOKEN: TOKENS.read };
    const withCa = { api: 'https://host.example', apiCa: '/ca' };
    expect(readWith({ options: withCa, environment: variables, rights: { isReadByAll: true } }).said).toBe('');
  });

  it.each([
    ['token', { apiTokenFile: '/token' }],
    ['certificate', { apiTokenFile: '/token', apiCa: '/ca' }],
  ])('is not asked by a %s that others may have written', (_what, files) => {
    const options = { api: 'https://host.example', ...files };
    const ask = () => readWith({ options, rights: { foreign: 'others may write it' } });
    expect(ask).toThrow('cannot ask a collector on TCP: /token: others may write it');
  });

  it.each(['http://127.0.0.1:7462', 'http://localhost:7462', 'http://[::1]:7462'])('%s is this host', (api) => {
    expect(read({ api, apiTokenFile: '/token' })?.origin).toBe(api);
  });
});
