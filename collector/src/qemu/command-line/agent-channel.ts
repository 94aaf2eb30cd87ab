import { AGENT_PORT } from '@trimtab/protocol/channel';
import { readChardevs, toListeningPath } from './chardevs.ts';
import type { Devices } from './devices.ts';
import type { QemuOption } from './options.ts';

/**
 * The socket of our agent's port: `-chardev socket,id=ID,path=PATH,server=on` with `-device
 * virtserialport,chardev=ID,name=org.trimtab.agent.0`. Null where there is none, or nobody can tell its path (libvirt
 * hands QEMU a descriptor, and tells the path itself).
 */
export function readAgentChannel({
  options,
  devices,
  place,
}: {
  options: readonly QemuOption[];
  devices: Devices;
  /** The absolute path; null where nobody can tell. */
  place(path: string): string | null;
}): string | null {
  const port = devices.all.find((device) => device.get('name') === AGENT_PORT);
  const path = port === undefined ? null : toListeningPath(port.get('chardev') ?? '', readChardevs(options));
  return path === null ? null : place(path);
}
