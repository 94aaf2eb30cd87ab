import type { GuestAgentChannel } from '../../../collector/src/model/guest-agent.ts';
import { createGuestAgents, type Ways } from '../../../collector/src/qga/guest-agents.ts';

const unused = (channel: GuestAgentChannel): never => {
  throw new Error(`nobody shall go this way: ${channel.kind}`);
};
const NO_WAY = { ask: ([channel]: readonly GuestAgentChannel[]) => unused(channel as GuestAgentChannel), trim: unused };

/** GuestAgents that have the ways of a test, and no other. */
export function agentsWith(ways: Partial<Ways>) {
  return createGuestAgents({ libvirt: NO_WAY, socket: NO_WAY, proxmox: NO_WAY, ...ways });
}
