import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@trimtab/protocol/shared';
import pg from 'pg';
import { runCommand } from '../machine/command.ts';
import { findPostgres } from './postgres-programs.ts';

/** Made by Debian's packages; PostgreSQL refuses to run as root. */
const OWN_USER = 'postgres';

export interface PostgresServer {
  /** Of an empty schema of its own, which sees nothing of the others. */
  createSchema(): Promise<string>;
  /** Of the server's own database, for what only its owner does. */
  readonly url: string;
  /** As after a crash of its machine (SIGQUIT): nothing is said to anybody. */
  crash(): Promise<void>;
  /** On the same files. */
  start(): Promise<void>;
  /** The process that listens, to be stopped and continued. */
  readonly pid: number;
  /** Nothing of it is left. */
  end(): Promise<void>;
}

/** As root in the shoes of the user that Debian made for it, else as who runs the tests. */
const asOwnUser = process.getuid?.() === 0 ? ['--reuid', OWN_USER, '--regid', OWN_USER, '--clear-groups'] : [];

/**
 * A real PostgreSQL of the test's own: on a socket in a folder of its own, and on no network. It dies with the test,
 * however that ends. Its text is not compared by bytes unless it is told to, as on many servers; and it syncs nothing,
 * since no test takes the power away.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgres();
  if (programs === null) throw new Error('this machine lacks PostgreSQL. Run: apt-get install postgresql');
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-postgres-'));
  const data = join(folder, 'data');
  if (asOwnUser.length > 0) await chown(folder, await ownId('-u'), await ownId('-g'));
  const locale = ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'icu', '--icu-locale', 'en-US'];
  const initdb = [join(programs, 'initdb'), '-D', data, '-U', 'trimtab', '-A', 'trust', '--no-sync', ...locale];
  await runCommand('setpriv', [...asOwnUser, ...initdb], { cwd: folder });
  let running = spawnServer({ program: join(programs, 'postgres'), data, folder });
  const toUrl = (schema: string | null) =>
    `postgres:///postgres?host=${folder}&user=trimtab${schema === null ? '' : `&options=-csearch_path%3D${schema}`}`;
  await untilAnswers(toUrl(null), running);
  let schemas = 0;
  return {
    url: toUrl(null),
    get pid() {
      return running.pid ?? -1;
    },
    async createSchema() {
      schemas += 1;
      await askOnce({ url: toUrl(null), sql: `create schema own_${schemas}` });
      return toUrl(`own_${schemas}`);
    },
    crash: () => endProcess(running),
    async start() {
      running = spawnServer({ program: join(programs, 'postgres'), data, folder });
      await untilAnswers(toUrl(null), running);
    },
    async end() {
      await endProcess(running);
      await rm(folder, { recursive: true });
    },
  };
}

const ownId = async (which: '-u' | '-g') => Number(await runCommand('id', [which, OWN_USER]));

function spawnServer({ program, data, folder }: Record<'program' | 'data' | 'folder', string>): ChildProcess {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    shared_buffers: '16MB',
    max_connections: '40',
    autovacuum: 'off',
    jit: 'off',
    log_min_messages: 'panic',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn('setpriv', [...asOwnUser, 'setpriv', '--pdeathsig', 'KILL', program, '-D', data, ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
    cwd: folder,
  });
}

/** PostgreSQL says nothing when it is ready: it is asked until it answers, for as long as it lives. */
async function untilAnswers(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    try {
      await askOnce({ url, sql: 'select 1' });
      return;
    } catch (error) {
      if (server.exitCode !== null || server.signalCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** As somebody else than the collector. */
export async function askOnce({
  url,
  sql,
  values = [],
}: {
  readonly url: string;
  readonly sql: string;
  readonly values?: readonly unknown[];
}): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql, [...values]);
  } finally {
    await client.end();
  }
}

/** What it gives once the server can be used again; until then it is told that it cannot. */
export async function onceBack<Value>(work: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Fault) || !['store-away', 'store-busy'].includes(error.detail.code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function endProcess(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGQUIT');
  await ended;
}
