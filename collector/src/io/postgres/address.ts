import { userInfo } from 'node:os';
import pg from 'pg';
import { fromStored } from './text.ts';

/** To reach the server; and to wait for the rows of this host, or for any lock. */
export const CONNECT_LIMIT_MS = 5_000;
export const LOCK_LIMIT_MS = 5_000;
/** Of one statement: the server ends it then. Where the server is not heard from at all, it is given up a little later. */
export const STATEMENT_LIMIT_MS = 15_000;
export const SILENCE_LIMIT_MS = STATEMENT_LIMIT_MS + 5_000;

/** So long after the last word it is asked whether the other end is there (tcp(7)). */
const KEEP_ALIVE_MS = 20_000;

type Parser = (value: string) => unknown;

/** Of bigint and numeric (pg_type.dat), of which one is what counts and what sums up; and of text. */
const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [20, Number],
  [1700, Number],
  [25, fromStored],
]);

/** Of this program's connections alone. Bytes come as pg has them: a Buffer, which is a Uint8Array. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : PARSERS.get(id)) ??
    pg.types.getTypeParser(id, format)) as pg.CustomTypesConfig['getTypeParser'],
};

/**
 * How to connect to the database of this URL. What `sslmode` means is what it means to psql, and so is where the
 * password comes from: the URL, PGPASSWORD, or ~/.pgpass.
 */
export function toConfiguration(url: string): pg.ClientConfig {
  const asPsql = new URL(url);
  if (!asPsql.searchParams.has('uselibpqcompat')) asPsql.searchParams.set('uselibpqcompat', 'true');
  const isNamed = asPsql.username !== '' || asPsql.searchParams.has('user') || process.env.PGUSER !== undefined;
  return {
    connectionString: asPsql.href,
    // A service has no USER in its environment.
    ...(isNamed ? {} : { user: userInfo().username }),
    application_name: 'trimtab',
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    query_timeout: SILENCE_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: TYPES,
  };
}

/** Which database that is, for people: never its password. */
export function toSubject(url: string): string {
  const { protocol, username, host, pathname, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  const query = folder === null ? '' : `?host=${folder}`;
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}${query}`;
}
