import { Fault } from '@trimtab/protocol/shared';
import type { CommandResult, Commands } from '../../ports/commands.ts';
import type { GuestAgentReply } from '../../ports/guest-agent-socket.ts';
import { type Asked, toFault } from '../faults.ts';
import { parseJson } from '../parse-json.ts';
import type { ProxmoxChannel } from '../way.ts';
import { readQmRefusal } from './read-qm-refusal.ts';

/** What `qm guest cmd` knows of it (qm(1)), and what qemu-ga calls that. */
export const QM_COMMANDS = {
  info: 'guest-info',
  'get-fsinfo': 'guest-get-fsinfo',
  fstrim: 'guest-fstrim',
} as const;

interface Question {
  readonly commands: Commands;
  readonly channel: ProxmoxChannel;
  readonly command: keyof typeof QM_COMMANDS;
  readonly timeoutMs: number;
  readonly asked: Asked;
}

/**
 * `qm guest cmd VMID COMMAND`: Proxmox VE holds the socket, and prints qemu-ga's answer as JSON, or nothing for an
 * empty one. Throws a Fault where no qemu-ga has answered.
 */
export async function askQm({ commands, channel, command, timeoutMs, asked }: Question): Promise<GuestAgentReply> {
  const said = await commands.run({ file: 'qm', args: ['guest', 'cmd', String(channel.guest), command], timeoutMs });
  if (said.kind === 'missing') throw toMissing(channel);
  if (said.exitCode === 0) return { kind: 'returned', value: said.stdout.trim() === '' ? {} : parseJson(said.stdout) };
  const told = readQmRefusal({ execute: QM_COMMANDS[command], said: toWords(said), timeoutMs });
  if (told.kind === 'refused') return told;
  throw toFault({ refused: told.refused, channel, asked });
}

/** Null: it did not end by itself. */
function toWords({ exitCode, stderr }: Extract<CommandResult, { kind: 'ended' }>): string | null {
  return exitCode === null ? null : stderr;
}

function toMissing({ guest }: ProxmoxChannel): Fault {
  const hint = 'The collector asks guests of Proxmox VE on the node that they run on.';
  const subject = `guest ${guest}`;
  return new Fault({ code: 'no-qm', operation: 'ask Proxmox VE', subject, cause: 'no qm on this host', hint });
}
