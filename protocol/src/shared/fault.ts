import { toPlainText } from './plain-text.ts';
import { readSystemError } from './system-error.ts';

export interface FaultDetail {
  /** What was being done: `read the configuration`. */
  readonly operation: string;
  /** The thing and the place: `/etc/trimtab/collector.toml, line 3`. */
  readonly subject: string;
  /** Why it could not be done. */
  readonly cause: string;
  /** What a person can do about it; null where there is nothing. */
  readonly hint: string | null;
  /** For programs, stable: `unknown-guest`. */
  readonly code: string;
}

/** An error that says what a person can do about it. It is thrown up and told once, at the edge. */
export class Fault extends Error {
  readonly detail: FaultDetail;

  constructor(detail: FaultDetail) {
    super(`cannot ${detail.operation}: ${detail.subject}: ${detail.cause}`);
    this.name = 'Fault';
    this.detail = detail;
  }
}

/**
 * The message and, on a second line, the hint. Words of guests, of programs and of the command line are among them: the
 * one line end here is ours.
 */
export function formatFault(error: unknown): string {
  const message = toOneLine(tellWhole(error));
  const hint = error instanceof Fault ? error.detail.hint : null;
  return hint === null ? message : `${message}\n  ${toOneLine(hint)}`;
}

/** The same on one line, for a log: what happened, and what a person can do about it. */
export function toReason(error: unknown): string {
  return formatFault(error).replace('\n  ', '. ');
}

/** With what could not be done, and to what, also where nobody made a Fault of it. */
function tellWhole(error: unknown): string {
  const system = readSystemError(error);
  if (system === null) return toCause(error);
  return `cannot ${system.operation}${system.subject === null ? '' : ` ${system.subject}`}: ${system.cause}`;
}

/** Programs tell their errors on several lines. */
function toOneLine(text: string): string {
  return toPlainText(text.trim().replaceAll(/\s*\n\s*/g, ' '));
}

/** The words of an unknown error, for a fault's cause: one of the kernel has what it was about elsewhere. */
export function toCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return readSystemError(error)?.cause ?? error.message;
}
