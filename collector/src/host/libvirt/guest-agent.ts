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
  const channels = children(child(domain, 'devices'), 'channel');
  const own = channels.find((channel) => child(channel, 'target', { type: 'virtio', name: GUEST_AGENT_PORT }) !== null);
  return own === undefined
    ? { kind: 'none', why: `its XML has no channel ${GUEST_AGENT_PORT}`, hint: `virt-xml ${uuid} ${ADD_CHANNEL}` }
    : { kind: 'channel', channel: { kind: 'libvirt', uri, domain: uuid } };
}

/** libvirt plugs it in at once where the guest has a virtio-serial controller; else it is there at the next start. */
const ADD_CHANNEL = `--add-device --update --channel unix,target.type=virtio,target.name=${GUEST_AGENT_PORT}`;
