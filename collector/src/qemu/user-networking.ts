import { readOptions } from './command-line/options.ts';

/**
 * Does a QEMU of this command line give its guest a network of its own, in which the host has another address (SLIRP)?
 * So does one that is told nothing of networks (qemu-options.hx, -nic).
 */
export function hasUserNetworking(argv: readonly string[]): boolean {
  const options = readOptions(argv);
  const networks = options.filter(({ name }) => name === 'netdev' || name === 'nic' || name === 'net');
  if (networks.length === 0) return !options.some(({ name }) => name === 'nodefaults');
  return networks.some(({ value }) => /^(?:type=)?user(?:,|$)|"type"\s*:\s*"user"/.test(value));
}
