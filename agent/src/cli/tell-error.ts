import { Fault, type FaultDetail, formatFault, formatJson, readSystemError } from '@trimtab/protocol/shared';
import type { HelpTopic } from './arguments.ts';
import { line, wrap } from './lines.ts';

/** What is wrong with the command line, and whose help tells what is right. */
export class UsageError extends Error {
  readonly hint: string;

  constructor({ message, about }: { readonly message: string; readonly about: HelpTopic }) {
    super(message);
    this.hint = `trimtab-agent ${about === 'all' ? '' : `${about} `}--help shows what there is.`;
  }
}

/**
 * An error, told once: in words on stderr, for whoever looks, and with --json as the one document on stdout, for a
 * program that reads that to its end whatever happened.
 */
export function tellError({
  error,
  isJson,
  isJournal,
  columns,
  write,
}: {
  error: unknown;
  isJson: boolean;
  /** journald reads stderr. */
  isJournal: boolean;
  /** Of the terminal that stderr is; null where it is none. */
  columns: number | null;
  write: { readonly out: (text: string) => void; readonly err: (text: string) => void };
}): void {
  const hint = error instanceof UsageError ? `\n  ${error.hint}` : '';
  const text = fit(`trimtab-agent: ${formatFault(error)}${hint}`, columns);
  // syslog(3): 3 is an error. Of each line, since journald makes an entry of each.
  write.err(`${isJournal ? text.replaceAll(/^/gm, '<3>') : text}\n`);
  if (isJson) write.out(formatJson({ error: toDetail(error) }));
}

/** The hint stands on lines of its own, further in. */
function fit(text: string, columns: number | null): string {
  if (columns === null) return text;
  const lines = text.split('\n').flatMap((each, index) => wrap(line(Math.min(index, 1), each.trim()), columns));
  return lines.join('\n');
}

/** In the shape that errors have everywhere (docs/json.md). */
function toDetail(error: unknown): FaultDetail {
  if (error instanceof Fault) return error.detail;
  const system = readSystemError(error);
  if (system !== null) return { ...system, subject: system.subject ?? 'trimtab-agent', hint: null, code: 'internal' };
  return {
    code: error instanceof UsageError ? 'wrong-usage' : 'internal',
    operation: 'run',
    subject: 'trimtab-agent',
    cause: formatFault(error),
    hint: error instanceof UsageError ? error.hint : null,
  };
}
