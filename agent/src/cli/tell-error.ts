import { Fault, type FaultDetail, formatFault, formatJson } from '@trimtab/protocol/shared';

/** What is wrong with the command line. */
export class UsageError extends Error {}

/**
 * An error, told once: in words on stderr, for whoever looks, and with --json as the one document on stdout, for a
 * program that reads that to its end whatever happened.
 */
export function tellError({
  error,
  isJson,
  isJournal,
  write,
}: {
  error: unknown;
  isJson: boolean;
  /** journald reads stderr. */
  isJournal: boolean;
  write: { readonly out: (text: string) => void; readonly err: (text: string) => void };
}): void {
  const hint = error instanceof UsageError ? `\n  ${SEE_HELP}` : '';
  const text = `trimtab-agent: ${formatFault(error)}${hint}`;
  // syslog(3): 3 is an error. Of each line, since journald makes an entry of each.
  write.err(`${isJournal ? text.replaceAll(/^/gm, '<3>') : text}\n`);
  if (isJson) write.out(formatJson({ error: toDetail(error) }));
}

const SEE_HELP = 'trimtab-agent --help shows what there is.';

/** In the shape that errors have everywhere (docs/json.md). */
function toDetail(error: unknown): FaultDetail {
  if (error instanceof Fault) return error.detail;
  const isUsage = error instanceof UsageError;
  return {
    code: isUsage ? 'wrong-usage' : 'internal',
    operation: 'run',
    subject: 'trimtab-agent',
    cause: formatFault(error),
    hint: isUsage ? SEE_HELP : null,
  };
}
