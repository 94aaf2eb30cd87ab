import { readFileSync, statSync } from 'node:fs';
import type { SecretFile } from '../model/secret-file.ts';
import { tellForeignHere } from './who-may-write.ts';

/** Far more than any token; a secret is one line. */
export const MOST_SECRET_BYTES = 16_384;

/** The text of a file that holds a secret. Throws where it cannot be read, or is no such file. */
export function readSecret(path: string): string {
  return readSecretFile(path).text;
}

/** The same, with who else may do what with it. */
export function readSecretFile(path: string): SecretFile {
  const status = statSync(path);
  if (!status.isFile()) throw new Error('it is no regular file');
  if (status.size > MOST_SECRET_BYTES) throw new Error(`it has more than ${MOST_SECRET_BYTES} bytes`);
  return {
    text: readFileSync(path, 'utf8'),
    foreign: tellForeignHere(status),
    isReadByAll: (status.mode & 0o004) !== 0,
  };
}
