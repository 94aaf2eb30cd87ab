import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ForesightView } from '../../collector/src/model/foresight.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { createLoopDisk, type LoopDisk } from '../support/machine/loop-disk.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';

// A real pool on a loop device, which a real guest fills at a known rate: the forecast's date, one webhook at the start
// and one at the end, and the trim that brings the pool back. The collector's calendar goes a day in two seconds; all
// else is real. Needs root.

const MIB = 1024 ** 2;
const DAY_MS = 2_000;
const NAME = 'filling';
const POOL_BYTES = 512 * MIB;
const MIB_A_DAY = 8;
/** More than a forecast needs. */
const DAYS = 18;
const cleanUp = createCleanUp((line) => console.error(line));
let pool: LoopDisk;
let collector: CollectorUnderTest;
let guest: Guest;
const received: { event: string; alert: { rule: string; subject: string } }[] = [];

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  const directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp('/var/tmp/trimtab-fill-'),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  pool = await cleanUp.make({
    what: 'the pool',
    make: () => createLoopDisk({ directory, name: 'pool', bytes: POOL_BYTES }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  const image = join(pool.mount, 'image.raw');
  await runCommand('truncate', ['-s', `${2 * POOL_BYTES}`, image]);
  const hook = await cleanUp.make({
    what: 'the receiver',
    make: startReceiver,
    undo: (made) => new Promise<void>((resolve) => made.close(() => resolve())),
  });
  const { port } = hook.address() as AddressInfo;
  await mkdir(join(directory, 'collector'));
  collector = await cleanUp.make({
    what: 'the collector',
    make: () =>
      startCollectorProgram({
        directory,
        script: join(import.meta.dirname, '../support/programs/fast-collector.ts'),
        env: { DAY_MS: `${DAY_MS}` },
        args: [
          ...['--sample-every', '6h', '--alert-days', '90', '--alert-free', '80', '--alert-reminder', '0s'],
          ...['--notify', JSON.stringify([{ name: 'hook', kind: 'webhook', url: `http://127.0.0.1:${port}/` }])],
        ],
      }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  guest = await cleanUp.make({
    what: 'the guest',
    make: () =>
      startGuest({
        name: NAME,
        directory: join(directory, 'guest'),
        disks: [{ id: 'data', path: image, format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: 'filling' }],
        files: AGENT_FILES,
        onBoot: [
          'mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sda && mkdir -p /data && mount -o noinit_itable /dev/sda /data && touch /run/ready',
        ],
      }),
    undo: (made) => made.stop(),
  });
  await guest.mustRun('while [ ! -e /run/ready ]; do sleep 0.1; done');
  const agent = agentCommand({ port: collector.agentPort, args: ['--minimum-interval', '0s'] });
  await guest.mustRun(`${agent} >/run/agent.log 2>&1 &`);
  await collector.untilConnected({ guest: NAME, mounts: ['/data'], movement: guest.movement });
});

afterAll(() => cleanUp.run());

async function startReceiver(): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push(JSON.parse(body));
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

const noticesOfPool = () =>
  received
    .filter(({ alert }) => alert.rule === 'pool-filling' && alert.subject === pool.mount)
    .map(({ event }) => event);

async function forecast() {
  const { stdout } = await collector.trimtab('forecast', pool.mount, '--json');
  const [own] = (JSON.parse(stdout) as ForesightView).pools;
  if (own === undefined) throw new Error('the pool is not foreseen');
  return own;
}

async function freeMib(): Promise<number> {
  await runCommand('sync', ['-f', pool.mount]);
  const { bavail, bsize } = await statfs(pool.mount);
  return (bavail * bsize) / MIB;
}

it('a guest that fills its pool by so much a day is foreseen to fill it on that day', async () => {
  const beganMs = performance.now();
  for (let day = 1; day <= DAYS; day += 1) {
    await guest.mustRun(
      `dd if=/dev/urandom of=/data/file-${day} bs=1M count=${MIB_A_DAY} conv=fsync status=none && sync`,
    );
    await delay(Math.max(0, beganMs + day * DAY_MS - performance.now()));
  }
  const { at, kind, fullBetween } = (await forecast()).asItGoes;
  expect(kind).toBe('date');
  const trueDay = addDays(at, Math.ceil((await freeMib()) / MIB_A_DAY));
  const [first = '', last = ''] = fullBetween ?? [];
  expect([first, trueDay, last]).toEqual([first, trueDay, last].toSorted());
});

it('people are told once', async () => {
  await expect.poll(noticesOfPool, { timeout: 60_000 }).toEqual(['start']);
  const { stdout } = await collector.trimtab('alerts', '--json');
  expect(JSON.parse(stdout).firing.filter(({ rule }: { rule: string }) => rule === 'pool-filling')).toMatchObject([
    { subject: pool.mount },
  ]);
});

it('a trim brings the pool back, and the alert ends', async () => {
  const before = await freeMib();
  await guest.mustRun('rm /data/file-* && sync');
  const { disks } = await collector.trim(NAME);
  expect(disks).toMatchObject([{ verdict: 'reclaimed' }]);
  expect((await freeMib()) - before).toBeGreaterThan(0.95 * DAYS * MIB_A_DAY);
  await expect.poll(noticesOfPool, { timeout: 120_000 }).toEqual(['start', 'end']);
  const { stdout } = await collector.trimtab('forecast', pool.mount);
  expect(stdout).toContain(pool.mount);
});

function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 24 * 3_600_000).toISOString().slice(0, 10);
}
