import { readFileSync, statSync } from 'node:fs';

/** Far more than any token; a secret is one line. */
export const MOST_SECRET_BYTES = 16_384;

/** The text of a file that holds a secret. Throws where it cannot be read, or is no such file. */
export function readSecret(path: string): string {
  const status = statSync(path);
  if (!status.isFile()) throw new Error('it is no regular file');
  if (status.size > MOST_SECRET_BYTES) throw new Error(`it has more than ${MOST_SECRET_BYTES} bytes`);
  return readFileSync(path, 'utf8');
}
