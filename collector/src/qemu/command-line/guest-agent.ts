import { GUEST_AGENT_PORT, type GuestAgentAccess } from '../../model/domain.ts';
import { readChardevs, toListeningPath } from './chardevs.ts';
import type { Devices } from './devices.ts';
import type { QemuOption } from './options.ts';

/**
 * The port of qemu-ga and its socket: `-chardev socket,id=ID,path=PATH,server=on` with `-device
 * virtserialport,chardev=ID,name=org.qemu.guest_agent.0`. One that libvirt or Proxmox VE made is theirs: who connects
 * to it keeps them out.
 */
export function readGuestAgent({
  options,
  devices,
  place,
  qmpPaths,
}: {
  options: readonly QemuOption[];
  devices: Devices;
  /** The absolute path; null where nobody can tell. */
  place(path: string): string | null;
  /** The QMP sockets of the same QEMU. */
  qmpPaths: readonly string[];
}): GuestAgentAccess {
  const port = devices.all.find((device) => device.get('name') === GUEST_AGENT_PORT);
  if (port === undefined) return NO_PORT;
  const path = toListeningPath(port.get('chardev') ?? '', readChardevs(options));
  const placed = path === null ? null : place(path);
  if (placed === null) return HELD_BY_DESCRIPTOR;
  const manager = MANAGERS.find(({ folder }) => folder.test(placed));
  if (manager !== undefined)
    return { kind: 'held', why: `${manager.name} holds the socket of its qemu-guest-agent`, hint: manager.hint };
  return { kind: 'channel', channel: { kind: 'socket', path: placed, qmpPaths } };
}

const NO_PORT: GuestAgentAccess = {
  kind: 'none',
  why: `its QEMU has no port ${GUEST_AGENT_PORT}`,
  hint: `Start it with -device virtio-serial -chardev socket,id=qga0,path=PATH,server=on,wait=off -device virtserialport,chardev=qga0,name=${GUEST_AGENT_PORT}`,
};

const HELD_BY_DESCRIPTOR: GuestAgentAccess = {
  kind: 'held',
  why: 'who started its QEMU holds the socket of its qemu-guest-agent',
  hint: 'Let this collector reach that manager (libvirt-uri), or give the port a socket with a path.',
};

const MANAGERS: readonly { readonly folder: RegExp; readonly name: string; readonly hint: string }[] = [
  {
    folder: /^(?:\/var\/lib|\/run|\/var\/run|\/run\/user\/\d+|\/home\/.*|\/root\/.*)\/libvirt\//,
    name: 'libvirt',
    hint: 'Name the libvirt that started it: libvirt-uri in the configuration of the collector.',
  },
  {
    folder: /^(?:\/var)?\/run\/qemu-server\//,
    name: 'Proxmox VE',
    hint: 'Its configuration in /etc/pve could not be read. See `trimtab status`.',
  },
];
