import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The bundle, as a guest gets it. */
export const BUNDLE = fileURLToPath(new URL('../../../agent/dist/trimtab-agent.cjs', import.meta.url));

if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is not there: npm run build makes it`);

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningAgent {
  readonly process: ChildProcess;
  /** Its stderr so far. */
  said(): string;
  readonly ended: Promise<Ended>;
}

/** Starts the agent as a program of its own; `within` is a command that runs it, such as setpriv or unshare. */
export function startAgent({
  args,
  within = [],
  environment = {},
}: {
  args: readonly string[];
  within?: readonly string[];
  environment?: Readonly<Record<string, string>>;
}): RunningAgent {
  const [file = '', ...rest] = [...within, process.execPath, BUNDLE, ...args];
  const child = spawn(file, rest, { env: { PATH: process.env.PATH ?? '', ...environment } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { process: child, said: () => stderr, ended };
}

export async function runAgent(call: Parameters<typeof startAgent>[0]): Promise<Ended> {
  return startAgent(call).ended;
}
