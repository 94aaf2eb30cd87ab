import { Fault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import { nestsDeeperThan } from '../model/json-depth.ts';
import type { CommandResult, Commands } from '../ports/commands.ts';
import type { QmpCommand } from '../ports/qmp.ts';
import { MOST_QMP_DEPTH } from './qmp-queries.ts';
import { QmpRefusal } from './qmp-refusal.ts';

const OPERATION = 'ask QEMU through libvirt';

const ANOTHER_JOB = 'Another job works on this domain: virsh domjobinfo';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const answerSchema = v.object({
  return: v.optional(v.unknown()),
  error: v.optional(v.object({ desc: v.string() })),
});

interface Asked {
  /** Its UUID. */
  readonly domain: string;
  readonly queue: readonly QmpCommand[];
  readonly commands: Commands;
  readonly uri: string;
  readonly timeoutMs: number;
}

/**
 * Asks QEMU through libvirt, which holds its monitor: `virsh qemu-monitor-command`, one process for all commands.
 * libvirt notes in the domain that somebody asked ("tainted: custom monitor control commands issued") and changes
 * nothing else. It passes on whatever it is given.
 */
export async function askLibvirt({ domain, queue, commands, uri, timeoutMs }: Asked): Promise<readonly unknown[]> {
  if (!UUID.test(domain)) throw toError({ subject: domain, cause: 'it is no UUID of a domain' });
  if (queue.length === 0) return [];
  const lines = queue.map((command) => `qemu-monitor-command ${domain} ${quote(JSON.stringify(command))}`);
  const args = ['--quiet', '--connect', uri, lines.join('; ')];
  const said = await commands.run({ file: 'virsh', args, timeoutMs });
  if (said.kind === 'missing') throw toGone({ subject: domain, cause: 'no virsh on this host' });
  const answers = said.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map(parseAnswer);
  if (answers.length < queue.length) throw toFailure(domain, said);
  return queue.map(({ execute }, index) => {
    const answer = answers[index];
    if (answer === undefined || answer === null)
      throw toError({ subject: domain, cause: 'what virsh prints is no answer of QMP' });
    if (answer.error !== undefined)
      throw new QmpRefusal({ operation: OPERATION, subject: domain, execute, words: answer.error.desc });
    return answer.return;
  });
}

/** virsh takes everything between single quotes as it is, and JSON can write a single quote as \u0027. */
function quote(json: string): string {
  return `'${json.replaceAll("'", '\\u0027')}'`;
}

function parseAnswer(line: string): v.InferOutput<typeof answerSchema> | null {
  if (nestsDeeperThan(MOST_QMP_DEPTH, line)) return null;
  try {
    return v.parse(answerSchema, JSON.parse(line));
  } catch {
    return null;
  }
}

function toFailure(domain: string, { exitCode, stderr }: Extract<CommandResult, { kind: 'ended' }>): Fault {
  const lines = stderr.split('\n').flatMap((line) => /^error:\s*(.+)$/.exec(line)?.[1] ?? []);
  const cause = lines.at(-1) ?? (exitCode === null ? 'virsh did not answer in time' : 'virsh gave no answer');
  if (exitCode === null) return toSilent({ subject: domain, cause });
  // libvirt waits for whoever works on the domain already, and gives up after 30 s.
  if (/state change lock/.test(stderr)) return toBusy({ subject: domain, cause });
  return /failed to get domain|not found|not running|Failed to connect|end of file/i.test(stderr)
    ? toGone({ subject: domain, cause })
    : toError({ subject: domain, cause });
}

/** Of a fault: who was asked, and what went wrong. */
interface Told {
  readonly subject: string;
  readonly cause: string;
}

function toSilent({ subject, cause }: Told): Fault {
  return new Fault({ code: 'qmp-silent', operation: OPERATION, subject, cause, hint: ANOTHER_JOB });
}

function toBusy({ subject, cause }: Told): Fault {
  return new Fault({ code: 'qmp-busy', operation: OPERATION, subject, cause, hint: ANOTHER_JOB });
}

function toGone({ subject, cause }: Told): Fault {
  return new Fault({ code: 'qmp-gone', operation: OPERATION, subject, cause, hint: null });
}

function toError({ subject, cause }: Told): Fault {
  return new Fault({ code: 'qmp-error', operation: OPERATION, subject, cause, hint: null });
}
