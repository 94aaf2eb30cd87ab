import type { TrimId } from '@trimtab/protocol';
import { type FromHost, fromHostCodec, type Hello, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import { PLAIN_BINDING } from '@trimtab/protocol/joining';
import { createKeys } from '../../../agent/src/io/keys.ts';
import type { SessionEvent, Surroundings } from '../../../agent/src/link/session-model.ts';
import type { Door, Route } from '../../../agent/src/model/route.ts';

export const HELLO: Hello = {
  type: 'hello',
  ...UNPROVEN,
  versions: SUPPORTED,
  agentVersion: '0.2.0',
  guest: { hostname: 'guest', productUuid: null, machineId: null, bootId: null },
};

export const TRIM_ID = '00000000-0000-4000-8000-000000000001' as TrimId;

export const WELCOME: FromHost = { type: 'welcome', version: 1, collectorVersion: '0.2.0', guest: 'web1' };
export const GRANT: FromHost = { type: 'grant', trimId: TRIM_ID };

export const DOOR: Door = { kind: 'plain', host: '192.0.2.1', port: 7461 };
/** Of one collector. */
export const DOORS: readonly Door[] = ['192.0.2.2', '192.0.2.3'].map((host) => ({ kind: 'plain', host, port: 7461 }));
/** A collector that this guest has not joined. */
export const UNPROVEN_ROUTE: Route = { id: 'unproven', doors: [DOOR], joined: null };

export const frame = (message: FromHost): Uint8Array => fromHostCodec.encode(message);

export const KEYS = createKeys();

export const around = (nowMs = 0, random: () => number = () => 0.5): Surroundings => ({
  nowMs,
  random,
  hello: HELLO,
  keys: KEYS,
});

export const prepared = (routes: readonly Route[] = [UNPROVEN_ROUTE], connection = 1): SessionEvent => ({
  kind: 'prepared',
  connection,
  routes,
});

/** A connection that is not encrypted. */
export const opened = (connection = 1): SessionEvent => ({
  kind: 'opened',
  connection,
  opened: { binding: PLAIN_BINDING, pin: null },
});
