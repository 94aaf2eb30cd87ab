import type { GuestAgentChannel } from '../model/guest-agent.ts';
import type { GuestAgentAnswer, GuestAgentTrim, GuestAgentTrimOptions } from '../ports/guest-agent.ts';

/** The channels of one kind, and how those at their ends are asked. */
export interface Way<Channel extends GuestAgentChannel> {
  /** In the order of the channels, which are all of one group (`toGroup`). */
  ask(channels: readonly Channel[]): Promise<readonly GuestAgentAnswer[]>;
  trim(channel: Channel, options: GuestAgentTrimOptions): Promise<GuestAgentTrim>;
}

export type LibvirtChannel = Extract<GuestAgentChannel, { kind: 'libvirt' }>;
export type SocketChannel = Extract<GuestAgentChannel, { kind: 'socket' }>;
export type ProxmoxChannel = Extract<GuestAgentChannel, { kind: 'proxmox' }>;

/** A trim ends when it ends: a large disk takes hours. One that takes longer is told of, and may go on in the guest. */
export const TRIM_MS = 24 * 60 * 60 * 1000;
