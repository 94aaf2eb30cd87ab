import { readFile } from 'node:fs/promises';

/** Throws the error of the system. */
export function readTextFile(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
