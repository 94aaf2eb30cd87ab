import type { TrimId } from '@trimtab/protocol';
import { type FromHost, fromHostCodec, type Hello, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import type { Surroundings } from '../../../agent/src/link/session-model.ts';

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

export const frame = (message: FromHost): Uint8Array => fromHostCodec.encode(message);

export const around = (nowMs = 0, random: () => number = () => 0.5): Surroundings => ({ nowMs, random, hello: HELLO });
