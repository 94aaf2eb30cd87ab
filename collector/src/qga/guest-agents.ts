import type { Fault } from '@trimtab/protocol/shared';
import type { GuestAgentChannel } from '../model/guest-agent.ts';
import type { GuestAgentAnswer, GuestAgents, GuestAgentTrim, GuestAgentTrimOptions } from '../ports/guest-agent.ts';
import { type Asked, toFault } from './faults.ts';
import type { LibvirtChannel, ProxmoxChannel, SocketChannel, Way } from './way.ts';

export interface Ways {
  readonly libvirt: Way<LibvirtChannel>;
  readonly socket: Way<SocketChannel>;
  readonly proxmox: Way<ProxmoxChannel>;
}

/**
 * The GuestAgents port over all ways. A channel has room for one who asks: what is asked of it waits for what was asked
 * before. libvirt has such a line for each guest itself: nobody waits here for a guest of its that hangs. Nobody waits
 * for a trim, which may take hours: who asks meanwhile is told that it is under way.
 */
export function createGuestAgents(ways: Ways): GuestAgents {
  const trimming = new Set<string>();
  const inLine = createLines();
  const inItsLine = <Value>(channel: GuestAgentChannel, work: () => Promise<Value>) =>
    channel.kind === 'libvirt' ? work() : inLine(toKey(channel), work);
  const isFree = (channel: GuestAgentChannel) => !trimming.has(toKey(channel));

  return {
    async ask(channels) {
      const answers = new Map<string, GuestAgentAnswer>();
      const distinct = new Map(channels.filter(isFree).map((channel) => [toKey(channel), channel]));
      const groups = Map.groupBy(distinct.values(), toGroup);
      const askGroup = async (some: readonly GuestAgentChannel[]) => {
        const free = some.filter(isFree);
        const told = await askWay(ways, free);
        for (const [index, channel] of free.entries()) {
          const answer = told[index];
          if (answer !== undefined) answers.set(toKey(channel), answer);
        }
      };
      const asking = [...groups.values()].flatMap((some) => {
        const [first] = some;
        return first === undefined ? [] : [inItsLine(first, () => askGroup(some))];
      });
      await Promise.all(asking);
      return channels.map(
        (channel) => answers.get(toKey(channel)) ?? { kind: 'silent', fault: toBusy(channel, 'ask qemu-guest-agent') },
      );
    },
    async trim(channel, options) {
      const key = toKey(channel);
      if (trimming.has(key)) throw toBusy(channel, 'trim through qemu-guest-agent');
      trimming.add(key);
      try {
        return await inItsLine(channel, () => trimWay({ ways, channel, options }));
      } finally {
        trimming.delete(key);
      }
    },
  };
}

/** Work under one name is done in the order it came, each after the one before has ended. */
function createLines() {
  const last = new Map<string, Promise<unknown>>();
  return function inLine<Value>(line: string, work: () => Promise<Value>): Promise<Value> {
    const own = (last.get(line) ?? Promise.resolve()).then(work, work);
    last.set(line, own);
    const forget = () => {
      if (last.get(line) === own) last.delete(line);
    };
    own.then(forget, forget);
    return own;
  };
}

function toKey(channel: GuestAgentChannel): string {
  if (channel.kind === 'libvirt') return JSON.stringify([channel.kind, channel.uri, channel.domain]);
  return JSON.stringify([channel.kind, channel.kind === 'socket' ? channel.path : channel.guest]);
}

/** One libvirt is asked for all of its guests by one virsh. */
function toGroup(channel: GuestAgentChannel): string {
  return channel.kind === 'libvirt' ? JSON.stringify([channel.kind, channel.uri]) : toKey(channel);
}

/** All of them are of one group, and so of one kind. */
function askWay(ways: Ways, channels: readonly GuestAgentChannel[]): Promise<readonly GuestAgentAnswer[]> {
  const domains = channels.filter((channel) => channel.kind === 'libvirt');
  if (domains.length > 0) return ways.libvirt.ask(domains);
  const sockets = channels.filter((channel) => channel.kind === 'socket');
  if (sockets.length > 0) return ways.socket.ask(sockets);
  return ways.proxmox.ask(channels.filter((channel) => channel.kind === 'proxmox'));
}

function trimWay({
  ways,
  channel,
  options,
}: {
  ways: Ways;
  channel: GuestAgentChannel;
  options: GuestAgentTrimOptions;
}): Promise<GuestAgentTrim> {
  if (channel.kind === 'libvirt') return ways.libvirt.trim(channel, options);
  return channel.kind === 'socket' ? ways.socket.trim(channel, options) : ways.proxmox.trim(channel, options);
}

function toBusy(channel: GuestAgentChannel, asked: Asked): Fault {
  return toFault({ refused: { refusal: 'busy', cause: 'a trim is under way over it' }, channel, asked });
}
