import { connectOption } from '../../model/connect-option.ts';
import { GUEST_AGENT_PORT, type GuestAgentAccess } from '../../model/domain.ts';
import { child, children } from './elements.ts';
import type { XmlElement } from './xml.ts';

/**
 * The channel of qemu-ga (libvirt's formatdomain, "Channel"). libvirt holds its socket while the guest runs, so that
 * libvirt is asked, and never the socket.
 */
export function readGuestAgent({
  domain,
  uri,
  uuid,
}: {
  domain: XmlElement;
  uri: string;
  uuid: string;
}): GuestAgentAccess {
  const devices = child(domain, 'devices');
  const channels = children(devices, 'channel');
  const own = channels.find((channel) => child(channel, 'target', { type: 'virtio', name: GUEST_AGENT_PORT }) !== null);
  if (own !== undefined) return { kind: 'channel', channel: { kind: 'libvirt', uri, domain: uuid } };
  const canBePlugged = child(devices, 'controller', { type: 'virtio-serial' }) !== null;
  return {
    kind: 'none',
    why: `its XML has no channel ${GUEST_AGENT_PORT}`,
    hint: `${canBePlugged ? '' : FOR_NEXT_START}virt-xml${connectOption({ libvirtUri: uri })} ${uuid} --add-device ${canBePlugged ? '--update ' : ''}${CHANNEL}`,
  };
}

const CHANNEL = `--channel unix,target.type=virtio,target.name=${GUEST_AGENT_PORT}`;

/** Without a virtio-serial controller libvirt refuses to plug it in, and `--update` then defines nothing either. */
const FOR_NEXT_START = 'for the next start of its QEMU (then power it off and on): ';
