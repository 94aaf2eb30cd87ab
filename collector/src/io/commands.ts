import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import process from 'node:process';
import type { Commands } from '../ports/commands.ts';

const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
/** More than any answer that is read here; beyond it the program is stopped. */
export const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Programs of this host. `searchPath` (PATH's form) is where they are found. */
export function createCommands({ searchPath = process.env.PATH ?? '/usr/bin:/bin' } = {}): Commands {
  const path = [searchPath, ...SBIN].join(delimiter);
  return {
    run: ({ file, args, timeoutMs }) =>
      new Promise((resolve) => {
        const env = { ...process.env, PATH: path, LC_ALL: 'C' };
        const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT_BYTES } as const;
        execFile(file, args, { env, shell: false, ...limits }, (error, stdout, stderr) => {
          if (error?.code === 'ENOENT') return resolve({ kind: 'missing' });
          const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
          resolve({ kind: 'ended', exitCode, stdout, stderr });
        });
      }),
  };
}
