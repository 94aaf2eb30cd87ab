/** What the kernel refused, as errors here are told. */
export interface SystemError {
  /** The call: `open`. */
  readonly operation: string;
  /** The path or the address; null where there is none. */
  readonly subject: string | null;
  /** In the words that every tool has for it (strerror(3)): `no such file or directory`. */
  readonly cause: string;
}

/** Of calls that Node names with the code alone, as in `connect ECONNREFUSED 192.0.2.1:7461`. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ENOENT: 'no such file or directory',
  ENOTFOUND: 'no host of that name',
  EPIPE: 'whoever reads it is gone',
  ETIMEDOUT: 'no answer in time',
};

/**
 * Reads an error of Node's about a call of the kernel, whose message is made for programmers: `ENOENT: no such file or
 * directory, open '/x'`. Null for any other.
 */
export function readSystemError(error: unknown): SystemError | null {
  // Of a name with several addresses, the last that was tried.
  if (error instanceof AggregateError) return readSystemError(error.errors.at(-1));
  if (!(error instanceof Error)) return null;
  const { code, syscall, path, address, port } = error as Readonly<Record<string, unknown>> & Error;
  if (typeof code !== 'string' || typeof syscall !== 'string' || !/^E[A-Z0-9_]+$/.test(code)) return null;
  // The address of a Unix socket is a path, and its port -1.
  const end = typeof port === 'number' && port >= 0 ? `:${port}` : '';
  const place = typeof address === 'string' ? `${address}${end}` : null;
  const subject = typeof path === 'string' ? path : place;
  // A listener has its address behind the words, a file its call.
  const said = new RegExp(`(?:^| )${code}: (.+)$`, 's').exec(error.message)?.[1];
  const words = said?.replace(new RegExp(`(?:, ${syscall}(?: '.*)?| ${toPattern(place)})$`, 's'), '');
  // Of a program that cannot be started, its name is among the words.
  return { operation: syscall.split(' ')[0] ?? syscall, subject, cause: words ?? WORDS[code] ?? code };
}

function toPattern(text: string | null): string {
  return (text ?? '').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
