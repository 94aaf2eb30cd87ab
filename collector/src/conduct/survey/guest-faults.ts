import { quote } from '@trimtab/protocol/causes';
import { Fault, type ListenAddress } from '@trimtab/protocol/shared';
import { commandOf, ownerOf } from '../../diagnose/owner.ts';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import { toAddress } from '../../model/advertised.ts';
import { toListenScope } from '../../model/listen-scope.ts';
import type { KnownGuest } from './known-guests.ts';

/** How an agent gets to this collector, by the addresses that it listens on. */
export function tellStartAgent(listen: readonly ListenAddress[]): string {
  const enroll = 'trimtab enroll GUEST, and in the guest, as root, the line that it prints';
  const local = listen.every(({ host }) => toListenScope(host) === 'this-host') ? listen[0] : undefined;
  if (local === undefined) return `On this host: ${enroll}`;
  return `The collector listens on ${toAddress(local)}, which only programs of this host and guests on QEMU’s user network reach. Give trimtab serve the address of the guests’ network, as in --listen 192.168.122.1:${local.port}; then, on this host: ${enroll}`;
}

export function unknownGuest(wanted: string): Fault {
  return new Fault({
    code: 'unknown-guest',
    operation: 'find the guest',
    subject: wanted,
    cause: 'no guest of this host has this name or id',
    hint: '`trimtab guests` lists them.',
  });
}

export function noAgent({
  wanted,
  wasHere,
  startAgent,
  qemuGa = null,
}: {
  wanted: string;
  /** Has an agent of it ever connected? */
  wasHere: boolean;
  startAgent: string;
  /** Why its qemu-guest-agent cannot be asked either; null where nobody could tell. */
  qemuGa?: WithoutQemuGa | null;
}): Fault {
  // Whoever has our agent gets no second way: what is wrong with the first is to be found out.
  const other = qemuGa === null || wasHere ? '' : `, and ${qemuGa.why}`;
  return new Fault({
    code: 'no-agent',
    operation: 'trim',
    subject: wanted,
    cause: `its agent is not connected${other}`,
    // After a restart of the collector all of them are away for some seconds (the agent's link/backoff.ts).
    hint: wasHere
      ? `It was connected before: an agent that runs comes back by itself, within a minute. If it does not: ${startAgent}`
      : tellWays({ startAgent, qemuGa }),
  });
}

/** Of one that a person keeps out: waiting for its agent, or joining it with another token, is in vain. */
export function revokedGuest({ wanted, name }: { readonly wanted: string; readonly name: string }): Fault {
  return new Fault({
    code: 'no-agent',
    operation: 'trim',
    subject: wanted,
    cause: 'its key was revoked, so that its agent is not let in',
    hint: `To let it in again: trimtab guests reinstate ${quote(name)}`,
  });
}

export interface WithoutQemuGa {
  /** A clause. */
  readonly why: string;
  readonly hint: string | null;
  /** Where it has a channel, the hint is what to try first; in a guest that is paused no other agent runs either. */
  readonly place: 'first' | 'last' | 'alone';
}

/** How somebody gets into a guest in which nobody is; what is nearest comes first. */
export function tellWays({ startAgent, qemuGa }: { startAgent: string; qemuGa: WithoutQemuGa | null }): string {
  if (qemuGa === null || qemuGa.hint === null) return startAgent;
  // A shell takes a semicolon that is copied with the command for its end.
  const { hint, place } = qemuGa;
  if (place === 'alone') return hint;
  return place === 'first'
    ? `${hint}; or install our agent. ${startAgent}`
    : `${startAgent}; or, with qemu-guest-agent: ${hint}`;
}

/** Why a guest's qemu-ga does not trim it, and what makes it; null where no source of the guest can tell. */
export function tellWithoutQemuGa({
  record,
  domain,
  qemuGa,
}: Pick<KnownGuest, 'record' | 'domain' | 'qemuGa'>): WithoutQemuGa | null {
  // One that was of this host and is not known to be off: its process may be one that is ignored (guest-state.ts).
  if (domain === null && record?.identities.some(({ kind }) => kind === 'domain') === true)
    return {
      why: 'no QEMU of it is seen on this host',
      hint: 'start the guest. `trimtab doctor` names the processes that are ignored',
      place: 'last',
    };
  if (qemuGa?.kind === 'silent')
    return {
      why: `qemu-guest-agent: ${qemuGa.fault.cause}`,
      hint: qemuGa.fault.hint,
      place: qemuGa.fault.code === 'guest-agent-off' ? 'alone' : 'first',
    };
  const access = domain?.guestAgent;
  if (access === undefined || access.kind === 'channel') return null;
  return { why: access.why, hint: access.hint, place: 'last' };
}

export function guestOff({
  name,
  domain,
  connected,
  record,
}: Pick<KnownGuest, 'name' | 'domain' | 'connected' | 'record'>): Fault {
  const hadAgent = record !== null && record.agentVersion !== null;
  return new Fault({
    code: 'guest-off',
    operation: 'trim',
    subject: name,
    cause: domain === null ? 'no QEMU of it runs on this host any more' : 'it is powered off',
    // The command is last, so that nothing is copied with it. None while its agent may still answer: where the guest
    // was moved to another host, it would be a second QEMU on the same image.
    hint:
      connected === null
        ? `A trim can be asked for once ${hadAgent ? 'its agent is connected' : 'an agent runs in it, ours or qemu-guest-agent'}. ${startCommand(name, domain)}`
        : 'Its connection is still open, and nothing was heard on it since the guest was seen to be off. Ask again in half a minute: by then it has ended, or the agent was heard from another host.',
  });
}

function startCommand(name: string, domain: KnownGuest['domain']): string {
  const command = commandOf(ownerOf({ guest: name, domain, disk: null }), 'start');
  return command === null ? 'Start it first.' : `Start it: ${command}`;
}

export function ambiguous(wanted: string, guests: readonly ConnectedGuest[]): Fault {
  return new Fault({
    code: 'ambiguous-guest',
    operation: 'trim',
    subject: wanted,
    cause: `${guests.length} connected guests have this name`,
    hint: `Use an id: ${guests.map(({ id }) => id).join(', ')}.`,
  });
}

export function unknownMount({ name, inventory }: ConnectedGuest, mount: string): Fault {
  return new Fault({
    code: 'unknown-mount',
    operation: 'trim',
    subject: `${mount} of ${name}`,
    cause: inventory === null ? 'the agent has not yet said what it has mounted' : 'the guest announced no such mount',
    hint:
      inventory === null
        ? 'Try again in a few seconds.'
        : `It has: ${inventory.filesystems.map((filesystem) => filesystem.mount).join(', ')}.`,
  });
}
