import { Fault, type FaultDetail, formatFault, formatJson, readSystemError } from '@trimtab/protocol/shared';
import { CommanderError } from 'commander';
import type { Terminal, TextSink } from '../ports/terminal.ts';
import { UsageError } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { Interrupted } from './interrupts.ts';
import { seeHelp } from './usage-errors.ts';
import { wrapError } from './wrap-error.ts';

/**
 * An error, told once: in words on stderr, for whoever looks, and with --json as the one document on stdout, for a
 * program that reads that to its end whatever happened. The exit code that goes with it.
 */
export function tellError({
  error,
  verb,
  terminal,
  isJson,
}: {
  error: unknown;
  /** The command that was called, if one was. */
  verb: string | null;
  terminal: Pick<Terminal, 'out' | 'err'>;
  isJson: boolean;
}): ExitCode {
  const exitCode = toExitCode(error);
  if (exitCode === EXIT.done) return exitCode;
  // Commander has told its own already.
  if (!(error instanceof CommanderError)) tellPeople({ error, verb, err: terminal.err });
  if (isJson) terminal.out.write(formatJson({ error: toDetail(error, verb) }));
  return exitCode;
}

function toExitCode(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUsage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  return isWrongUsage(error) ? EXIT.wrongUsage : EXIT.error;
}

/** A flag with a value that cannot be is wrong usage; the same in the file or the environment is an error. */
export function isWrongUsage(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  return error instanceof Fault && error.detail.code === 'bad-setting' && error.detail.subject.startsWith('--');
}

/** A wrong usage that a command saw itself ends like one that commander saw. */
export function tellPeople({
  error,
  verb,
  err,
}: {
  readonly error: unknown;
  readonly verb: string | null;
  readonly err: TextSink;
}): void {
  const hint = error instanceof UsageError ? `\n  ${seeHelp(verb)}` : '';
  const text = wrapError(`trimtab: ${formatFault(error)}${hint}`, err);
  // syslog(3): 3 is an error. Of each line, since journald makes an entry of each.
  err.write(`${err.isJournal ? text.replaceAll(/^/gm, '<3>') : text}\n`);
}

/** The error in the shape that the API has for errors. */
function toDetail(error: unknown, verb: string | null): FaultDetail {
  if (error instanceof Fault) return error.detail;
  const system = readSystemError(error);
  if (system !== null) return { ...system, subject: system.subject ?? 'trimtab', hint: null, code: 'internal' };
  const told = { operation: 'run', subject: 'trimtab', cause: formatFault(error).replace(/^error: /, ''), hint: null };
  if (error instanceof Interrupted) return { ...told, code: 'interrupted' };
  if (error instanceof CommanderError || error instanceof UsageError)
    return { ...told, code: 'wrong-usage', hint: seeHelp(verb) };
  return { ...told, code: 'internal' };
}
