import { createFewAtOnce } from '../coordinate/few-at-once.ts';
import { createCommands } from '../io/commands.ts';
import { createGuestAgentSocket } from '../io/guest-agent-socket.ts';
import { createVirsh } from '../io/virsh.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuestAgents } from '../ports/guest-agent.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Qmp } from '../ports/qmp.ts';
import type { Virsh } from '../ports/virsh.ts';
import { createGuestAgents } from '../qga/guest-agents.ts';
import { ALL_GUESTS_MS, GUEST_MS, MOST_VIRSH } from '../qga/libvirt/ask-domains.ts';
import { createLibvirtWay } from '../qga/libvirt/libvirt-way.ts';
import { createProxmoxWay } from '../qga/proxmox/proxmox-way.ts';
import { createSocketWay } from '../qga/socket/socket-way.ts';
import { createWhySilent } from '../qga/socket/why-silent.ts';

/**
 * All ways to a guest's own qemu-guest-agent. Their programs are apart from all others that the collector runs: what
 * waits for a guest keeps nothing of the host waiting. `searchPath` (PATH's form) is where virsh and qm are found.
 */
export function composeGuestAgents({
  clock,
  files,
  qmp,
  searchPath,
}: {
  clock: Clock;
  files: HostFiles;
  qmp: Qmp;
  searchPath?: string;
}): GuestAgents {
  const found = searchPath === undefined ? {} : { searchPath };
  const whole = createVirsh({ ...found, idleMs: GUEST_MS, wholeMs: ALL_GUESTS_MS, access: 'full' });
  const fewAtOnce = createFewAtOnce(MOST_VIRSH);
  const virsh: Virsh = { converse: (uri, talk) => fewAtOnce(() => whole.converse(uri, talk)) };
  return createGuestAgents({
    libvirt: createLibvirtWay({ virsh, commands: createCommands(found), clock }),
    socket: createSocketWay({ socket: createGuestAgentSocket({ files }), whySilent: createWhySilent(qmp), clock }),
    proxmox: createProxmoxWay({ commands: createCommands(found), trims: createCommands(found) }),
  });
}
