import { expect, it } from 'vitest';
import { composeAddresses } from '../../../collector/src/compose/compose-addresses.ts';
import type { HypervisorProcess } from '../../../collector/src/qemu/processes/hypervisor-processes.ts';

const SLIRP: HypervisorProcess = {
  pid: 7,
  kind: 'qemu',
  argv: ['qemu-system-x86_64', '-netdev', 'user,id=n0'],
  cwd: null,
};

it('a token is told of a QEMU with a network of its own as soon as that runs', async () => {
  let trusted: readonly HypervisorProcess[] = [];
  const { addresses, readAddresses } = composeAddresses({
    clock: { monotonicMs: () => 1 },
    processes: { read: async () => ({ count: trusted.length, trusted, ignored: [] }) },
    settings: { advertise: [] },
    listen: () => [{ host: '127.0.0.1', port: 7461 }],
  });
  expect(await readAddresses()).toEqual(['127.0.0.1:7461']);
  trusted = [SLIRP];
  // Those that are told steadily may be some seconds old.
  expect(addresses()).toEqual(['127.0.0.1:7461']);
  expect(await readAddresses()).toEqual(['127.0.0.1:7461', '10.0.2.2:7461']);
});
