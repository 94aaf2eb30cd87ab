import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { Commands } from '../ports/commands.ts';
import { runChild } from './run-child.ts';

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
      if (path === null) return { kind: 'missing' };
      return runChild({
        path,
        args: call.args,
        environment: { ...environment, LC_ALL: 'C' },
        signal: call.signal ?? null,
        descriptor: call.descriptor ?? null,
      });
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
