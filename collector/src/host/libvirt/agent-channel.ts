import { AGENT_PORT } from '@trimtab/protocol/channel';
import { attribute, child, children } from './elements.ts';
import type { XmlElement } from './xml.ts';

/**
 * The socket of our agent's channel: `<channel type='unix'><source mode='bind' path='…'/><target type='virtio'
 * name='org.trimtab.agent.0'/></channel>` (libvirt's formatdomain, "Channel"). libvirt chooses a path where none was
 * given, and tells it of a guest that runs. Null where there is none, or QEMU does not listen on it.
 */
export function readAgentChannel({ domain }: { domain: XmlElement }): string | null {
  const channels = children(child(domain, 'devices'), 'channel');
  const own = channels.find((channel) => child(channel, 'target', { type: 'virtio', name: AGENT_PORT }) !== null);
  return own === undefined ? null : attribute(child(own, 'source', { mode: 'bind' }), 'path');
}
