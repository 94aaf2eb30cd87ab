import { networkInterfaces } from 'node:os';
import type { OwnAddresses } from '../model/advertised.ts';
import { hostName } from './host-name.ts';

/** As they are now: interfaces come and go. */
export function readOwnAddresses(): OwnAddresses {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  // One of a link is none without the interface of whoever asks.
  const global = all.filter(({ internal, address }) => !internal && !/^(?:fe[89ab]|169\.254\.)/i.test(address));
  const byFamily = global.toSorted((a, b) => a.family.localeCompare(b.family));
  return { global: byFamily.map(({ address }) => address), name: hostName() };
}
