import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface PipedEnd {
  /** Of the first command of the pipe. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command as a shell runs it, with what follows it there: `| head -1`, `>/dev/full`. */
export async function runInShell(command: readonly string[], rest: string): Promise<PipedEnd> {
  const script = `"$@" ${rest}; echo "ended with \${PIPESTATUS[0]}" >&2`;
  const child = spawn('bash', ['-c', script, 'bash', ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  const [last = '', exitCode = '-1'] = /ended with (\d+)\n$/.exec(stderr) ?? [];
  return { exitCode: Number(exitCode), stdout, stderr: stderr.slice(0, stderr.length - last.length) };
}
