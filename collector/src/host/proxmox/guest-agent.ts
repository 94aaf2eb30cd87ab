import type { GuestAgentAccess } from '../../model/domain.ts';
import { type GuestConfiguration, parseProperties } from './guest-configuration.ts';

/** `agent: 1`, `agent: enabled=1,fstrim_cloned_disks=1,type=virtio` (qm.conf(5)): Proxmox VE holds the socket. */
export function readGuestAgent({
  vmid,
  configuration,
}: {
  vmid: string;
  configuration: GuestConfiguration;
}): GuestAgentAccess {
  const properties = parseProperties({ text: configuration.get('agent') ?? '0', impliedKey: 'enabled' });
  if (!ON.has(properties.get('enabled') ?? '0'))
    return {
      kind: 'none',
      why: 'qemu-guest-agent is not enabled in its configuration',
      hint: `Then power the guest off and on: qm set ${vmid} --agent enabled=1`,
    };
  return { kind: 'channel', channel: { kind: 'proxmox', guest: Number(vmid) } };
}

/** PVE::JSONSchema, parse_boolean. */
const ON: ReadonlySet<string> = new Set(['1', 'on', 'yes', 'true']);
