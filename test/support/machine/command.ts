import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where programs live besides PATH: a plain user's PATH has no sbin, and mkfs and QEMU's friends live there. */
const EXTRA_PLACES = ['/usr/local/sbin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end and gives its stdout. Throws with the command line, its exit code and its stderr. It runs
 * in a session of its own: a Ctrl-C on the terminal is for us, who know what to undo, and does not end it halfway.
 */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C', ...options.env };
  return new Promise((resolve, reject) => {
    const child = spawn(commandPath(command) ?? command, args, {
      cwd: options.cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
      });
    }
    const fail = (how: string) => {
      reject(new Error(`${[command, ...args].join(' ')} failed (${how}): ${said.stderr.trim() || said.stdout.trim()}`));
    };
    child.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    child.once('close', (exitCode, signal) => {
      if (exitCode === 0) resolve(said.stdout);
      else fail(`${exitCode ?? signal}`);
    });
  });
}

/** The full path of a program, which may be called by that, or null when this machine does not have it. */
export function commandPath(command: string): string | null {
  if (isAbsolute(command)) return isExecutable(command) ? command : null;
  const places = [...(process.env.PATH ?? '').split(delimiter), ...EXTRA_PLACES];
  for (const place of places) {
    if (place === '') continue;
    const path = join(place, command);
    if (isExecutable(path)) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
