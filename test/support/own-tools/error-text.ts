/** What a person reads of an error: its message, and the messages of its causes. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  return error.cause === undefined ? error.message : `${error.message}: ${errorText(error.cause)}`;
}
