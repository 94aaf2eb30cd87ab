import { Fault } from '@trimtab/protocol/shared';
import type { CommandResult, Commands } from '../../ports/commands.ts';
import type { GuestAgentTrim, GuestAgentTrimOptions } from '../../ports/guest-agent.ts';
import { type Refused, toFault } from '../faults.ts';
import { parseJson } from '../parse-json.ts';
import { readTrim } from '../read-answers.ts';
import { type LibvirtChannel, TRIM_MS } from '../way.ts';
import { toUnreachable, UUID } from './ask-domain.ts';
import { readComplaint } from './read-complaint.ts';

/**
 * Has one guest trim through libvirt, a process for itself. `domfstrim` leaves no mark, and libvirt drops what the
 * guest says of it; `qemu-agent-command` tells, and taints the domain (`custom guest agent control commands issued`).
 */
export async function trimDomain(given: Given, { mayTaint }: GuestAgentTrimOptions): Promise<GuestAgentTrim> {
  const { channel } = given;
  const { domain } = channel;
  if (!UUID.test(domain)) throw toTrimFault(channel, { refusal: 'error', cause: 'it is no UUID of a domain' });
  await mustConnect(given);
  const words = mayTaint ? ['qemu-agent-command', '--block', domain, FSTRIM] : ['domfstrim', domain];
  const said = await runVirsh(given, { words, timeoutMs: TRIM_MS });
  if (said.exitCode !== 0) throw toFailure(channel, said);
  const paths = mayTaint ? readTrim(toReturn(said.stdout)) : null;
  return paths === null ? { kind: 'untold' } : { kind: 'told', paths };
}

export interface Given {
  readonly commands: Commands;
  readonly channel: LibvirtChannel;
  readonly connectMs: number;
}

/**
 * A libvirtd that hangs takes the connection and nothing else, and virsh waits for it without an end. Once it is
 * connected, it goes within half a minute (virsh(1), --keepalive-interval).
 */
async function mustConnect(given: Given): Promise<void> {
  const { channel, connectMs } = given;
  const said = await runVirsh(given, { words: ['uri'], timeoutMs: connectMs });
  if (said.exitCode === null) throw toUnconnected(channel, `it has not answered in ${connectMs} ms`);
  if (said.exitCode !== 0) throw toUnconnected(channel, toErrors(said).at(-1) ?? NOT_CONNECTED);
}

type Ended = Extract<CommandResult, { kind: 'ended' }>;

async function runVirsh(
  { commands, channel }: Given,
  { words, timeoutMs }: { words: readonly string[]; timeoutMs: number },
): Promise<Ended> {
  const args = ['--quiet', '--connect', channel.uri, ...words];
  const said = await commands.run({ file: 'virsh', args, timeoutMs });
  if (said.kind === 'missing') throw toMissing(channel);
  return said;
}

function toErrors({ stderr }: Ended): readonly string[] {
  return stderr.split('\n').flatMap((line) => /^error:\s*(.+)$/s.exec(line)?.[1] ?? []);
}

const FSTRIM = '{"execute":"guest-fstrim"}';

/** The `return` of the one line of JSON that virsh prints. */
function toReturn(stdout: string): unknown {
  const answer = parseJson(stdout.split('\n').find((line) => line.startsWith('{')) ?? '');
  return typeof answer === 'object' && answer !== null && 'return' in answer ? answer.return : undefined;
}

function toFailure(channel: LibvirtChannel, said: Ended): Fault {
  if (said.exitCode === null) return toTrimFault(channel, { refusal: 'late', cause: STILL });
  const lines = toErrors(said);
  const complaint = readComplaint(lines);
  if (lines[0] === NOT_CONNECTED) return toUnconnected(channel, complaint.cause ?? NOT_CONNECTED);
  if (complaint.refusal === 'unreachable') return toUnreachable(channel, complaint.cause);
  // libvirt says the same of its own first word and of the trim, where `guest-agent-timeout` was set for the domain.
  if (complaint.refusal === 'silent') return toTrimFault(channel, { refusal: 'late', cause: NOT_IN_TIME });
  return toTrimFault(channel, complaint);
}

/** What virsh says before it has asked for anything (tools/virsh.c). */
const NOT_CONNECTED = 'failed to connect to the hypervisor';

const NOT_IN_TIME = 'it did not answer libvirt in time, and may trim yet';

const STILL = `it was not through after ${TRIM_MS / 3_600_000} hours, and may trim on`;

function toTrimFault(channel: LibvirtChannel, refused: Refused): Fault {
  return toFault({ refused, channel, asked: 'trim through qemu-guest-agent' });
}

function toUnconnected({ uri }: LibvirtChannel, cause: string): Fault {
  const hint = 'systemctl status libvirtd virtqemud';
  return new Fault({ code: 'no-libvirt', operation: 'ask libvirt', subject: uri, cause, hint });
}

function toMissing({ uri }: LibvirtChannel): Fault {
  const hint = 'apt-get install libvirt-clients';
  return new Fault({ code: 'no-virsh', operation: 'ask libvirt', subject: uri, cause: 'no virsh on this host', hint });
}
