import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../collector/bin/trimtab.mjs', import.meta.url));

/** Where whoever reads what it prints lives. */
export const TIME_ZONE = 'Europe/Berlin';

export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningTrimtab {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when stderr has this text. */
  untilSaid(text: string): Promise<void>;
  /** Resolves when stdout has it. */
  untilLogged(text: string): Promise<void>;
  readonly ended: Promise<Run>;
}

/** The built program as a process of its own; no setting of this machine reaches it. */
export function startTrimtab(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningTrimtab {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TRIMTAB_|NO_COLOR|FORCE_COLOR|NODE_OPTIONS)/.test(name),
  );
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...Object.fromEntries(inherited), TZ: TIME_ZONE, ...environment },
  });
  child.stdin.end();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, stdout, stderr }));
  const until = async (stream: Readable, read: () => string, text: string) => {
    while (!read().includes(text)) {
      const ran = await Promise.race([once(stream, 'data'), ended]);
      if (!Array.isArray(ran) && !read().includes(text)) throw new Error(`ended without '${text}': ${stdout}${stderr}`);
    }
  };
  return {
    child,
    ended,
    untilSaid: (text) => until(child.stderr, () => stderr, text),
    untilLogged: (text) => until(child.stdout, () => stdout, text),
  };
}

export function runTrimtab(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Run> {
  return startTrimtab(args, environment).ended;
}
