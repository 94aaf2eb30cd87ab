import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GuestsView } from '../../collector/src/model/status.ts';
import { type PostgresServer, startPostgres } from '../support/postgres/postgres-server.ts';
import { askApi, askText } from '../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { COLLECTOR_BIN } from '../support/programs/own-programs.ts';
import { runToEnd } from '../support/programs/run-to-end.ts';
import { connectPeer, toWireInventory, toWireReport, type WirePeer } from '../support/programs/wire-peer.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

// A real collector whose history is on a real PostgreSQL, which goes away and comes back.

let folder: string;
let server: PostgresServer;
let database: string;
let collector: CollectorUnderTest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-away-'));
  server = await startPostgres();
  database = await server.createSchema();
  collector = await startCollectorProgram({ directory: folder, args: ['--database', database] });
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
  await server.end();
  await rm(folder, { recursive: true });
});

const GUEST = { hostname: 'web', productUuid: '1f6ba0f1-9cbd-4d4b-8d5b-3d6c1a0f7b11' };
async function connect(): Promise<WirePeer> {
  const peer = await connectPeer({ port: collector.agentPort, guest: GUEST, collector: collector.program });
  peer.say({ type: 'inventory', inventory: toWireInventory('web-root') });
  return peer;
}
const ask = (path: string) => askApi({ socketPath: collector.socketPath, path });

async function deliver(peer: WirePeer, report: ReturnType<typeof toWireReport>): Promise<void> {
  peer.say({ type: 'report', report });
  expect((await peer.hears('acknowledged')).trimId).toBe(report.id);
}

it('a server that is away ends nothing: what is stored is acknowledged, what is not is sent again', async () => {
  const [before, meanwhile] = [toWireReport(), toWireReport()];
  const peer = await connect();
  await deliver(peer, before);

  // Remembered from here on.
  expect((await ask('/v1/guests')).status).toBe(200);

  await server.crash();
  peer.say({ type: 'report', report: meanwhile });
  await collector.program.says(/could not do what a guest asked for/);
  await peer.leave();
  const asked = await Promise.all(Array.from({ length: 50 }, () => ask('/v1/trims')));
  for (const { status, body } of asked) {
    expect(status).toBe(500);
    expect(body).toMatchObject({ error: { code: 'store-away', hint: expect.stringContaining('psql') } });
  }

  // What the host tells needs no database, and says what is missing without it.
  for (const path of ['/v1/status', '/v1/status?now=true', '/v1/guests', '/v1/doctor', '/v1/alerts']) {
    const { status, body } = await ask(path);
    expect(status, path).toBe(200);
    const missing = { sentence: expect.stringContaining('the database cannot be used since') };
    expect((body as { readonly findings: readonly unknown[] }).findings, path).toContainEqual(
      expect.objectContaining(missing),
    );
  }
  const { guests } = (await ask('/v1/guests')).body as GuestsView;
  expect(guests).toContainEqual(expect.objectContaining({ name: 'web', agent: expect.anything() }));
  const away = await collector.trimtab('status');
  expect(away.exitCode).toBe(0);
  expect(away.stdout.replace(/\s+/g, ' ')).toContain('the database cannot be used since');
  const { text } = await askText({ socketPath: collector.socketPath, path: '/metrics' });
  expect(text).toContain('trimtab_database_up 0');
  expect(text).toContain('trimtab_guests{');
  expect(await collector.trimtab('forecast')).not.toMatchObject({ stdout: expect.stringContaining('ask again') });

  // Whoever starts one now is told at once, and it is none that waits.
  const other = await runToEnd(process.execPath, [
    ...[COLLECTOR_BIN, 'serve', '--accept-unenrolled', '--listen', '127.0.0.1:0', '--database', database],
    ...['--socket', `${folder}/other`, '--state-directory', `${folder}/other-state`],
  ]);
  expect(other.exitCode).toBe(1);
  expect(other.stderr + other.stdout).toContain('cannot use the database');

  await server.start();
  await waitWhileMoving({
    what: 'the collector answers again',
    movement: collector.program.movement,
    find: async () => (await ask('/v1/trims')).status === 200 || null,
  });
  const back = await connect();
  await deliver(back, meanwhile);
  await deliver(back, before);
  expect((await collector.history()).map(({ id }) => id)).toEqual([meanwhile.id, before.id]);
  expect(collector.program.hasEnded()).toBe(false);
  await back.leave();
});

it('moved to a file and back by the commands, it tells the same, word for word', async () => {
  const told = async (from: CollectorUnderTest) => {
    const { stdout } = await from.trimtab('guests', '--json');
    // Beside other tests this host has guests of theirs, of which no history tells.
    const ours = (JSON.parse(stdout) as GuestsView).guests.filter(({ agent }) => agent !== null);
    return [(await from.trimtab('history', '--json')).stdout, JSON.stringify(ours)];
  };
  const before = await told(collector);
  await collector.program.stop();
  const trimtab = (...args: readonly string[]) => runToEnd(process.execPath, [COLLECTOR_BIN, ...args]);
  const file = join(folder, 'history.jsonl');
  const from = ['--state-directory', `${folder}/collector`, '--database', database];
  const exported = await trimtab('export', file, ...from);
  expect(exported).toMatchObject({ exitCode: 0, stdout: '' });
  const [, rows] = /Exported (\d+) rows\.\n$/.exec(exported.stderr) ?? [];
  const place = join(folder, 'moved');
  await mkdir(join(place, 'collector'), { recursive: true });
  await copyFile(`${folder}/collector/host-id`, join(place, 'collector', 'host-id'));
  const moved = await trimtab('import', file, '--json', '--state-directory', join(place, 'collector'));
  expect(moved.exitCode).toBe(0);
  expect(JSON.parse(moved.stdout)).toEqual({ rows: Number(rows) });
  await using onFile = await startCollectorProgram({ directory: place });
  expect(await told(onFile)).toEqual(before);
  expect((await trimtab('import', file, '--state-directory', join(place, 'collector'))).stderr).toContain(
    'another collector, or an import, uses this state directory',
  );
});
