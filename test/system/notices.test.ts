import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusView } from '../../collector/src/model/status.ts';
import { startCollectorProgram } from '../support/programs/collector.ts';
import { type Daemon, freePort, startDaemon } from '../support/receivers/daemon.ts';
import { textLength } from '../support/waiting/movement.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

// The installed program, and a real broker that it tells how the pools of this host stand.
const PASSWORD = 's3cret-of-the-broker';

let directory: string;
let broker: Daemon;
let port: number;
let reader: MqttClient;
const held = new Map<string, string>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-notices-'));
  await writeFile(join(directory, 'web-1.raw'), 'x'.repeat(4_096));
  port = await freePort();
  const config = join(directory, 'mosquitto.conf');
  await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nuser root\nlog_dest stderr\n`);
  broker = await startDaemon({ argv: ['mosquitto', '-c', config], ready: /running/ });
  reader = await connectAsync(`mqtt://127.0.0.1:${port}`);
  reader.on('message', (topic, payload) => void held.set(topic, payload.toString('utf8')));
  await reader.subscribeAsync('#', { qos: 1 });
});
afterAll(async () => {
  reader?.end(true);
  await broker?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function startCollector() {
  const password = join(directory, 'password');
  await writeFile(password, `${PASSWORD}\n`, { mode: 0o600 });
  const url = `mqtt://127.0.0.1:${port}`;
  const notify = [{ kind: 'mqtt', name: 'home', url, user: 'me', 'password-file': password, topic: 'trimtab/it' }];
  const guest = [{ name: 'web-1', disk: [{ image: join(directory, 'web-1.raw'), format: 'raw' }] }];
  return startCollectorProgram({
    directory,
    env: { TRIMTAB_NOTIFY: JSON.stringify(notify), TRIMTAB_GUEST: JSON.stringify(guest) },
  });
}

const until = (what: string, program: { readonly output: () => string }, find: () => boolean | Promise<boolean>) =>
  waitWhileMoving({
    what,
    movement: [textLength('the log of the collector', program.output), textLength('the broker', broker.output)],
    describe: () => `${JSON.stringify(Object.fromEntries(held))}\n${program.output()}`,
    find: async () => (await find()) || null,
  });

describe('the collector and a broker', () => {
  it('tells of the pools of this host, that it is here, and when it is killed the broker says so', async () => {
    await using collector = await startCollector();
    const { program } = collector;
    await until(
      'the sensors are there',
      program,
      () => held.get('trimtab/it/availability') === 'online' && held.size >= 10,
    );
    const configs = [...held].filter(([topic]) => topic.startsWith('homeassistant/sensor/'));
    const { pools } = await collector.status();
    const names = configs.map(([, payload]) => JSON.parse(payload).name);
    expect(names).toEqual(expect.arrayContaining(pools.map(({ key }) => `${key} free`)));
    const [pool] = pools;
    const free = [...held].find(([topic]) => topic.endsWith('/free') && topic.startsWith('trimtab/it/pool/'))?.[1];
    expect(Number(free)).toBeCloseTo(((pool?.freeBytes ?? 0) / (pool?.sizeBytes ?? 1)) * 100, -1);
    await program.kill();
    await until('the broker tells the will', program, () => held.get('trimtab/it/availability') === 'offline');
    expect(program.output()).not.toContain(PASSWORD);
  });

  it('status names a receiver that is away, and the collector stops at once all the same', async () => {
    await broker[Symbol.asyncDispose]();
    await using collector = await startCollector();
    const { program } = collector;
    let status: StatusView | null = null;
    await until('status tells of it', program, async () => {
      status = await collector.status();
      return status.findings.some(({ subject }) => subject === 'notify home');
    });
    expect(status).toMatchObject({
      findings: expect.arrayContaining([
        {
          subject: 'notify home',
          sentence: expect.stringMatching(
            /^Nothing could be delivered to home \(127.* since .* UTC: .*connection refused/,
          ),
          hint: expect.stringContaining('See that the broker runs'),
        },
      ]),
    });
    expect(program.output().match(/notices cannot be delivered/g)).toHaveLength(1);
    expect(program.output()).not.toContain(PASSWORD);
    await program.stop();
    expect(await program.exitCode()).toBe(0);
  });
});
