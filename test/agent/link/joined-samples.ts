import type { JoinedCollector } from '../../../agent/src/model/joined.ts';
import type { Door, Route } from '../../../agent/src/model/route.ts';
import { createHostKey } from '../../support/joining/host-key.ts';
import { DOOR, KEYS } from './session-samples.ts';

export const HOST = createHostKey();

export function aCollector(given: Partial<JoinedCollector> = {}): JoinedCollector {
  return {
    seed: KEYS.seedOf('AAAAAAAAAAAAAAAAAAAAAA'),
    renewedSeed: null,
    pins: [HOST.pin],
    addresses: ['192.0.2.1:7461'],
    name: 'web1',
    joinedAt: 1,
    tokenSeed: null,
    ...given,
  };
}

export function joinedRoute({
  id = 'first',
  doors = [DOOR],
  collector = aCollector(),
  tokenSeed = null,
}: {
  readonly id?: string;
  readonly doors?: readonly Door[];
  readonly collector?: JoinedCollector;
  readonly tokenSeed?: string | null;
} = {}): Route {
  return { id, doors, joined: { collector, tokenSeed } };
}
