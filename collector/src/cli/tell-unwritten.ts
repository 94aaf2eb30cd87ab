import { Fault, toCause } from '@trimtab/protocol/shared';
import type { Terminal } from '../ports/terminal.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { tellError } from './tell-error.ts';

/**
 * The exit code of a command whose words may not have reached their place: a file that is cut short by a full disk must
 * not look whole. A command that failed anyway has told so.
 */
export function tellUnwritten({
  exitCode,
  terminal,
  failure,
}: {
  exitCode: ExitCode;
  terminal: Pick<Terminal, 'out' | 'err'>;
  /** Null: all was written, or nobody wanted to read it. */
  failure: Error | null;
}): ExitCode {
  if (failure === null || exitCode !== EXIT.done) return exitCode;
  const error = new Fault({
    code: 'not-written',
    operation: 'write the answer',
    subject: 'the output of this command',
    cause: toCause(failure),
    hint: 'Make room there, or send it elsewhere; df -h shows which disk is full.',
  });
  return tellError({ error, verb: null, terminal, isJson: false });
}
