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

/** The message and, on a second line, the hint. */
export function formatFault(error: unknown): string {
  if (error instanceof Fault)
    return error.detail.hint === null ? error.message : `${error.message}\n  ${error.detail.hint}`;
  return error instanceof Error ? error.message : String(error);
}

/** The words of an unknown error, for a fault's cause. */
export function toCause(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
