import type { ListenAddress } from '@trimtab/protocol/shared';
import { readOwnAddresses } from '../io/own-addresses.ts';
import { toAdvertised } from '../model/advertised.ts';
import type { Clock } from '../ports/clock.ts';
import type { HypervisorProcesses } from '../qemu/processes/hypervisor-processes.ts';
import { hasUserNetworking } from '../qemu/user-networking.ts';
import type { CollectorSettings } from '../settings.ts';

/** A QEMU that was started since may need another address. */
const KNOWN_FOR_MS = 10_000;

/** Where guests find this collector, as `IP:PORT` or `NAME:PORT`, in the order in which they are to be tried. */
export function composeAddresses({
  clock,
  processes,
  settings: { advertise },
  listen,
}: {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly processes: Pick<HypervisorProcesses, 'read'>;
  readonly settings: Pick<CollectorSettings, 'advertise'>;
  /** With the ports that are listened on. */
  readonly listen: () => readonly ListenAddress[];
}): {
  /** As of some seconds ago. */
  readonly addresses: () => readonly string[];
  /** As of now. */
  readonly readAddresses: () => Promise<readonly string[]>;
} {
  let isThere = false;
  let readAtMs = Number.NEGATIVE_INFINITY;
  async function read(): Promise<void> {
    const { trusted } = await processes.read();
    isThere = trusted.some(({ kind, argv }) => kind === 'qemu' && hasUserNetworking(argv));
  }
  const tell = () => toAdvertised({ listen: listen(), advertise, own: readOwnAddresses(), hasUserNetworking: isThere });
  const addresses = () => {
    if (clock.monotonicMs() - readAtMs > KNOWN_FOR_MS) {
      readAtMs = clock.monotonicMs();
      // Whoever asks next is told; a host whose processes cannot be read has none.
      read().catch(() => {});
    }
    return tell();
  };
  addresses();
  return {
    addresses,
    async readAddresses() {
      await read().catch(() => {});
      return tell();
    },
  };
}
