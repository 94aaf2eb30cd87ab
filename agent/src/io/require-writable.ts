import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { notWritable } from './folder.ts';

/** Could the folder be used, or made? Nothing is made for it. Throws a Fault `state-not-writable`. */
export function requireWritable(path: string): void {
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    if (!statSync(there).isDirectory()) throw new Error(`${there} is no folder`);
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw notWritable({ subject: path, error });
  }
}
