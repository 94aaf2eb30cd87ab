import type { ListenAddress } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { HypervisorProcesses } from '../qemu/processes/hypervisor-processes.ts';
import type { CollectorSettings } from '../settings.ts';
import { composeAddresses } from './compose-addresses.ts';

type Ports = () => readonly (number | null)[];

/** Where agents connect, and where they are told to. */
export function composePlaces({
  clock,
  processes,
  settings,
}: {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly processes: Pick<HypervisorProcesses, 'read'>;
  readonly settings: Pick<CollectorSettings, 'listen' | 'advertise'>;
}) {
  let ports: Ports = () => [];
  const listen = (): readonly ListenAddress[] => {
    const now = ports();
    return settings.listen.map(({ host, port }, index) => ({ host, port: now[index] ?? port }));
  };
  return {
    listen,
    ...composeAddresses({ clock, processes, settings, listen }),
    /** The kernel chooses the port for 0, once the doors are open. */
    opened(now: Ports): void {
      ports = now;
    },
  };
}
