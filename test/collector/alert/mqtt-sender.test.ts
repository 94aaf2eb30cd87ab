import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slugOf } from '../../../collector/src/alert/forms/home-assistant.ts';
import type { NoticeSender } from '../../../collector/src/ports/notice-sender.ts';
import { type Daemon, freePort, startDaemon } from '../../support/receivers/daemon.ts';
import { PATIENT, senderOf } from '../../support/receivers/sender-of.ts';
import { alertOf, noticeOf } from './notice-examples.ts';

// A real broker, and a client of it in the place of Home Assistant.
let folder: string;
let broker: Daemon;
let port: number;
let reader: MqttClient;
/** What it holds of each topic. */
const held = new Map<string, string>();
let onMessage: () => void = () => {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-mqtt-'));
  port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nuser root\nlog_dest stderr\n`);
  broker = await startDaemon({ argv: ['mosquitto', '-c', config], ready: /running/ });
  reader = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'reader' });
  reader.on('message', (topic, payload) => {
    held.set(topic, payload.toString('utf8'));
    onMessage();
  });
  await reader.subscribeAsync('#', { qos: 1 });
});
afterAll(async () => {
  reader?.end(true);
  await broker?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const BASE = `trimtab/${slugOf('host-1')}`;
const POOL = `${BASE}/pool/${slugOf('/srv/vms')}`;
const NODE = `trimtab_${slugOf('host-1')}`;

async function untilHeld({ topic, payload }: { readonly topic: string; readonly payload: string }): Promise<void> {
  while (held.get(topic) !== payload)
    await new Promise<void>((resolve) => {
      onMessage = resolve;
    });
}

function mqtt(
  overrides: { readonly url?: string; readonly user?: string; readonly password?: string } = {},
): NoticeSender {
  const { url = `mqtt://127.0.0.1:${port}`, user = null, password = null } = overrides;
  return senderOf({ kind: 'mqtt', url, user, password, topic: null, discovery: 'homeassistant' });
}

const json = (topic: string) => JSON.parse(held.get(topic) ?? 'null');

describe('a real broker', () => {
  it('has one sensor of each pool and rule for Home Assistant, and what stands', async () => {
    const sender = mqtt();
    const pools = [
      { pool: '/srv/vms', freeShare: 0.0431, daysUntilFull: 4.5, hasMetadata: false },
      { pool: 'vg/thin', freeShare: null, daysUntilFull: null, hasMetadata: true },
    ];
    await sender.restate?.({ alerts: [alertOf()], readPools: async () => pools }, PATIENT);
    const thin = `${BASE}/pool/${slugOf('vg/thin')}`;
    await untilHeld({ topic: `${thin}/days-until-full`, payload: 'None' });
    expect(held.get(`${BASE}/availability`)).toBe('online');
    const found = [...held.keys()].filter((topic) => topic.startsWith('homeassistant/'));
    expect(found.map((topic) => topic.split('/')[1])).toEqual([
      ...Array(7).fill('binary_sensor'),
      ...Array(4).fill('sensor'),
    ]);
    for (const topic of found) expect(topic).toMatch(/^homeassistant\/[a-z_]+\/[a-zA-Z0-9_-]+\/config$/);
    const id = `${NODE}_${slugOf('/srv/vms')}_pool-filling`;
    expect(json(`homeassistant/binary_sensor/${id}/config`)).toEqual({
      name: '/srv/vms filling',
      unique_id: id,
      state_topic: `${POOL}/pool-filling`,
      availability_topic: `${BASE}/availability`,
      device_class: 'problem',
      payload_on: 'ON',
      payload_off: 'OFF',
      json_attributes_topic: `${POOL}/pool-filling/about`,
      device: { identifiers: [NODE], name: 'Trimtab on host-1', manufacturer: 'Trimtab' },
      origin: { name: 'Trimtab', sw_version: expect.any(String) },
    });
    expect([held.get(`${POOL}/pool-filling`), held.get(`${POOL}/pool-full`)]).toEqual(['ON', 'OFF']);
    expect(json(`${POOL}/pool-filling/about`)).toMatchObject({ sentence: alertOf().sentence, freeShare: 0.0431 });
    expect([held.get(`${POOL}/free`), held.get(`${POOL}/days-until-full`)]).toEqual(['4.3', '4.5']);
    expect(held.get(`${thin}/free`)).toBe('None');
    await sender.stop();
    await untilHeld({ topic: `${BASE}/availability`, payload: 'offline' });
  });

  it('gets each notice for automations, and how a pool stands by it; a late client has the last', async () => {
    const sender = mqtt();
    await sender.send(noticeOf({ n: 1 }), PATIENT);
    await untilHeld({ topic: `${POOL}/pool-filling`, payload: 'ON' });
    expect(json(`${BASE}/notice`)).toMatchObject({ event: 'start', title: expect.stringContaining('/srv/vms') });
    await sender.send(noticeOf({ n: 2, event: 'end' }), PATIENT);
    await untilHeld({ topic: `${POOL}/pool-filling`, payload: 'OFF' });
    const late = await connectAsync(`mqtt://127.0.0.1:${port}`);
    const kept = new Map<string, string>();
    const came = new Promise<void>((resolve) => {
      late.on('message', (topic, payload) => {
        kept.set(topic, payload.toString('utf8'));
        if (topic === `${POOL}/pool-filling`) resolve();
      });
    });
    await late.subscribeAsync(`${BASE}/#`, { qos: 1 });
    await came;
    late.end(true);
    expect(kept.get(`${POOL}/pool-filling`)).toBe('OFF');
    expect(kept.has(`${BASE}/notice`)).toBe(false);
    await sender.stop();
  });

  it('says that we are gone where we are gone without a word', async () => {
    const sender = mqtt();
    await sender.send(noticeOf({ n: 3, event: 'test' }), PATIENT);
    await untilHeld({ topic: `${BASE}/availability`, payload: 'online' });
    // Another of our name takes the place, and breaks off: what is left is the will of the one before.
    const other = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: `trimtab-${slugOf('host-1/it')}` });
    await untilHeld({ topic: `${BASE}/availability`, payload: 'offline' });
    other.end(true);
    await sender.stop();
  });

  it('a hostile name is no other topic', async () => {
    const sender = mqtt();
    await sender.send(noticeOf({ n: 4, alert: { subject: '../+/#\u0000/$SYS' } }), PATIENT);
    const topic = `${BASE}/pool/${slugOf('../+/#\u0000/$SYS')}/pool-filling`;
    await untilHeld({ topic, payload: 'ON' });
    expect(topic).toMatch(/^[a-zA-Z0-9_/-]+$/);
    await sender.stop();
  });

  it('a broker that refuses at first and takes us later', async () => {
    const place = await freePort();
    const startBroker = async (anonymous: boolean) => {
      const config = join(folder, 'other.conf');
      await writeFile(
        config,
        `listener ${place} 127.0.0.1\nallow_anonymous ${anonymous}\nuser root\nlog_dest stderr\n`,
      );
      return startDaemon({ argv: ['mosquitto', '-c', config], ready: /running/ });
    };
    const strict = await startBroker(false);
    const sender = mqtt({ url: `mqtt://127.0.0.1:${place}` });
    await expect(sender.send(noticeOf(), PATIENT)).rejects.toMatchObject({ detail: { code: 'notice-denied' } });
    await strict[Symbol.asyncDispose]();
    await using _ = await startBroker(true);
    await sender.send(noticeOf(), PATIENT);
    await sender.stop();
  });

  it('a broker that is not there', async () => {
    const sender = mqtt({ url: `mqtt://127.0.0.1:${await freePort()}` });
    await expect(sender.send(noticeOf(), PATIENT)).rejects.toMatchObject({
      detail: { code: 'notice-unreachable', cause: expect.stringContaining('connection refused') },
    });
    await sender.stop();
  });
});
