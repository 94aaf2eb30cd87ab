import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromGuestCodec, type TrimId, type TrimReport } from '@trimtab/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { STRANGERS_PART } from '../../../collector/src/store/keep-bounds.ts';
import { askApi } from '../../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { connectPeer, toWireInventory, toWireReport } from '../../support/programs/wire-peer.ts';
import { createRandom } from '../../support/random.ts';
import { seedsFor, underSeed } from '../../support/seeds.ts';

// A real collector with a 64th of what it stores by itself, and strangers that send all that they are let.
const MIB = 1024 ** 2;
const HISTORY_MIB = 8;
/**
 * Four connections stored 370 MiB a minute before there was a bound: a 64th of that hour. `npm test` sends what is
 * fifteen times the strangers' part.
 */
const SENT_MIB = process.env.TRIMTAB_SOAK_SEEDS === undefined ? 15 : (370 * 60) / 64;
const CONNECTIONS = 4;
const REPORTS_A_SESSION = 7;
const MOST_FILESYSTEMS = 3_000;
/** With more, Node ends the collector. */
const HEAP_MIB = 256;
/** What strangers may have of it, and as much of pages that are free again and of what is no trim. */
const MOST_DATABASE_MIB = (2 * HISTORY_MIB) / STRANGERS_PART;
/** Beside the database its log: SQLite writes it back at 4 MiB, and at the end of a commit that is longer. */
const LOG_MIB = 16;

const KNOWN = randomUUID();

let directory: string;
let collector: CollectorUnderTest;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-hour-'));
  const guest = JSON.stringify([{ name: 'known', uuid: KNOWN, disk: [{ image: `${directory}/known.raw` }] }]);
  const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` };
  collector = await startCollectorProgram({
    directory,
    args: ['--guest', guest, '--history', `${HISTORY_MIB}MiB`],
    env,
  });
});

afterEach(async () => {
  await collector.program.stop();
  await rm(directory, { recursive: true, force: true });
});

it.each(seedsFor({ suite: 1 }))(
  `${SENT_MIB.toFixed(0)} MiB of reports by strangers fill neither disk nor memory, and a known guest keeps its own (seed %i)`,
  (seed) => underSeed(seed, () => sendHour(seed)),
);

async function sendHour(seed: number): Promise<void> {
  const random = createRandom(seed);
  const known = await connect({ hostname: 'known', productUuid: KNOWN });
  const own = await store(known, toWireReport());
  let sentBytes = 0;
  let sessions = 0;
  let most = { database: 0, together: 0 };

  async function comeAndGo(): Promise<void> {
    while (sentBytes < SENT_MIB * MIB) {
      sessions += 1;
      const stranger = await connect({ hostname: `stranger-${sessions}`, localAddress: `127.1.${sessions}.1` });
      for (let sent = 0; sent < REPORTS_A_SESSION; sent += 1) {
        const report = await store(stranger, largeReport(Math.ceil(random() * MOST_FILESYSTEMS)));
        sentBytes += fromGuestCodec.encode({ type: 'report', report }).length;
        const { database, together } = await measureState();
        most = { database: Math.max(most.database, database), together: Math.max(most.together, together) };
      }
      await stranger.leave();
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, comeAndGo));

  expect(most.database).toBeLessThan(MOST_DATABASE_MIB * MIB);
  expect(most.together).toBeLessThan((MOST_DATABASE_MIB + LOG_MIB) * MIB);
  const { body } = await askApi({ socketPath: collector.socketPath, path: `/v1/trims/${own.id}` });
  expect(body).toMatchObject({ id: own.id, guest: 'known' });
  await store(known, toWireReport());
  expect(collector.program.hasEnded()).toBe(false);
  expect(collector.program.output()).not.toContain('"level":50');
  await known.leave();
}

async function connect({ localAddress, ...shown }: { hostname: string; productUuid?: string; localAddress?: string }) {
  const peer = await connectPeer({
    port: collector.agentPort,
    guest: { productUuid: randomUUID(), ...shown },
    collector: collector.program,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  peer.say({ type: 'inventory', inventory: toWireInventory('the-disk') });
  return peer;
}

/** Resolves with it when it is acknowledged. */
async function store(peer: Awaited<ReturnType<typeof connect>>, report: TrimReport): Promise<TrimReport> {
  peer.say({ type: 'report', report });
  expect((await peer.hears('acknowledged')).trimId).toBe(report.id);
  return report;
}

/** Of names that no compression makes much smaller. */
function largeReport(count: number): TrimReport {
  const report = toWireReport({ id: randomUUID() as string as TrimId });
  const [filesystem] = report.filesystems;
  if (filesystem === undefined) throw new Error('the example is empty');
  const filesystems = Array.from({ length: count }, () => ({
    ...filesystem,
    mount: `/${randomBytes(120).toString('base64url')}`,
  }));
  return { ...report, filesystems };
}

async function measureState(): Promise<{ database: number; together: number }> {
  const folder = join(directory, 'collector');
  const names = (await readdir(folder)).filter((name) => name.startsWith('trimtab.sqlite'));
  const sizes = await Promise.all(
    names.map(async (name) => ({
      name,
      size: await stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    })),
  );
  return {
    database: sizes.find(({ name }) => name === 'trimtab.sqlite')?.size ?? 0,
    together: sizes.reduce((sum, { size }) => sum + size, 0),
  };
}
