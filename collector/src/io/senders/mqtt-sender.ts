import { toCause } from '@trimtab/protocol/shared';
import type { MqttClient } from 'mqtt';
import type { Alert, AlertRule, Notice } from '../../model/alert.ts';
import type { MqttMessage } from '../../model/outgoing.ts';
import type { PoolLevel } from '../../model/pool-level.ts';
import type { MqttEntry } from '../../model/sender.ts';
import type { NoticeSender } from '../../ports/notice-sender.ts';
import { noticeFault } from './notice-fault.ts';

export const MQTT_CONNECT_MS = 10_000;
const RECONNECT_MS = 5_000;
const LEAVE_MS = 800;
/** IANA: mqtt, secure-mqtt. */
const PORTS = { 'mqtt:': 1883, 'mqtts:': 8883 } as const;

/**
 * One connection to a broker, held as long as the collector runs: when it ends without a word, the broker itself says
 * that we are offline (the will, MQTT 3.1.1, 3.1.2.5).
 */
export function createMqttSender({
  entry: { name, url, user, password },
  rules,
  clientId,
  availability,
  toMessages,
  toRestated,
}: {
  readonly entry: MqttEntry & { readonly name: string };
  readonly rules: readonly AlertRule[] | null;
  /** One that is the same at each start takes the place of a connection that hangs. */
  readonly clientId: string;
  readonly availability: (payload: 'online' | 'offline') => MqttMessage;
  readonly toMessages: (notice: Notice) => readonly MqttMessage[];
  readonly toRestated: (now: { alerts: readonly Alert[]; pools: readonly PoolLevel[] }) => readonly MqttMessage[];
}): NoticeSender {
  const { protocol, hostname, port, host } = new URL(url);
  const subject = `${name} (${host})`;
  const isSecure = protocol === 'mqtts:';
  /** What was said with `once` since the connection was made: its topics and payloads. */
  const said = new Map<string, string>();
  let opened: Promise<MqttClient> | null = null;
  let lastError: unknown = null;

  async function open(): Promise<MqttClient> {
    // Only here: most hosts have no broker.
    const { connect } = await import('mqtt');
    const will = availability('offline');
    // Its own reading of an address is by `url.parse`, of which Node warns.
    const client = connect({
      protocol: isSecure ? 'mqtts' : 'mqtt',
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? PORTS[isSecure ? 'mqtts:' : 'mqtt:'] : Number(port),
      clientId,
      ...(user === null || password === null ? {} : { username: user, password }),
      connectTimeout: MQTT_CONNECT_MS,
      reconnectPeriod: RECONNECT_MS,
      // Else one refusal, as of a broker that is still starting, would be the last word.
      reconnectOnConnackError: true,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true },
    });
    client.on('error', (error) => {
      lastError = error;
    });
    client.on('connect', () => {
      said.clear();
      lastError = null;
      const { topic, payload, retain } = availability('online');
      client.publish(topic, payload, { qos: 1, retain });
    });
    return client;
  }

  /** Connected, or it says why not. */
  async function connected(signal: AbortSignal): Promise<MqttClient> {
    opened ??= open();
    const client = await opened;
    if (client.connected) return client;
    const isConnected = await untilConnected(client, AbortSignal.any([signal, AbortSignal.timeout(MQTT_CONNECT_MS)]));
    if (isConnected) return client;
    throw toFault({ subject, error: lastError });
  }

  async function publish(messages: readonly MqttMessage[], signal: AbortSignal): Promise<void> {
    const client = await connected(signal);
    for (const { topic, payload, retain, once } of messages) {
      if (signal.aborted) return;
      if (once && said.get(topic) === payload) continue;
      try {
        await client.publishAsync(topic, payload, { qos: 1, retain });
      } catch (error) {
        throw toFault({ subject, error });
      }
      if (once) said.set(topic, payload);
    }
  }

  return {
    name,
    rules,
    // Automations act on each alert.
    groups: false,
    attemptMs: null,
    send: (notice, signal) => publish(toMessages(notice), signal),
    restate: async ({ alerts, readPools }, signal) => publish(toRestated({ alerts, pools: await readPools() }), signal),
    async stop() {
      const client = await opened;
      if (client !== null) await takeLeave(client, availability('offline'));
    },
  };
}

/** What is said last has a moment to arrive. */
async function takeLeave(client: MqttClient, { topic, payload, retain }: MqttMessage): Promise<void> {
  const leave = client.connected ? client.publishAsync(topic, payload, { qos: 1, retain }) : Promise.resolve();
  const limit = new Promise((resolve) => {
    setTimeout(resolve, LEAVE_MS).unref();
  });
  await Promise.race([leave.catch(() => {}), limit]);
  client.end(true);
}

/** The next try of the client decides, or the end of the time. */
function untilConnected(client: MqttClient, limit: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isConnected: boolean) => {
      client.off('connect', onConnect);
      client.off('error', onFailed);
      limit.removeEventListener('abort', onFailed);
      resolve(isConnected);
    };
    const onConnect = () => end(true);
    const onFailed = () => end(false);
    client.on('connect', onConnect);
    client.on('error', onFailed);
    limit.addEventListener('abort', onFailed);
    if (limit.aborted) end(false);
  });
}

/** MQTT 3.1.1, 3.2.2.3, and MQTT 5, 3.2.2.2: bad user or password, not authorised. */
const DENIED: readonly unknown[] = [4, 5, 134, 135];

function toFault({ subject, error }: { readonly subject: string; readonly error: unknown }) {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const cause = error === null ? `it did not answer within ${MQTT_CONNECT_MS / 1000} s` : toCause(error);
  if (DENIED.includes(code))
    return noticeFault({ code: 'notice-denied', subject, cause, hint: 'See that user and password are right.' });
  const hint = 'See that the broker runs, and that this host reaches it.';
  return noticeFault({ code: 'notice-unreachable', subject, cause, hint });
}
