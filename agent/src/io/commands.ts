import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandCall, CommandResult, Commands } from '../ports/commands.ts';

/** As much as is kept of what a program says; fstrim says a line. */
export const OUTPUT_LIMIT = 64 * 1024;

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export function createCommands({
  environment,
}: {
  environment: Readonly<Record<string, string | undefined>>;
}): Commands {
  const folders = [...FOLDERS, ...(environment.PATH ?? '').split(':')];
  return {
    has: async (file) => (await find({ file, folders })) !== null,
    async run(call) {
      const path = await find({ file: call.file, folders });
      return path === null ? { kind: 'missing' } : runProgram({ path, call, environment });
    },
  };
}

async function find({ file, folders }: { file: string; folders: readonly string[] }): Promise<string | null> {
  for (const folder of folders) {
    if (!folder.startsWith('/')) continue;
    const path = join(folder, file);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not in this one.
    }
  }
  return null;
}

async function runProgram({
  path,
  call,
  environment,
}: {
  path: string;
  call: CommandCall;
  environment: Readonly<Record<string, string | undefined>>;
}): Promise<CommandResult> {
  // Loaded with the first trim: an agent that only waits does without it.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn(path, call.args, {
      env: { ...environment, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(call.signal === undefined ? {} : { signal: call.signal, killSignal: 'SIGTERM' }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < OUTPUT_LIMIT) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < OUTPUT_LIMIT) stderr += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ kind: 'missing' });
      // The child was told to end, and `close` tells when it did; a signal that was aborted before leaves no child.
      else if (error.name === 'AbortError') {
        if (child.pid === undefined) resolve({ kind: 'ended', exitCode: null, stdout, stderr });
      } else reject(error);
    });
    child.on('close', (exitCode) => resolve({ kind: 'ended', exitCode, stdout, stderr }));
  });
}
