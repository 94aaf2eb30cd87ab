import { runCommand } from '../machine/command.ts';
import { startProgram } from '../programs/program.ts';

/** A network of its own, which lives as long as this test. */
export interface NetworkNamespace extends AsyncDisposable {
  /** Of a process in it: `ip link … netns PID`. */
  readonly pid: number;
  /** What starts a program in it, for `through`. */
  readonly through: readonly string[];
  /** Runs a shell script in it. */
  run(script: string): Promise<string>;
}

export async function openNetwork(): Promise<NetworkNamespace> {
  if (process.geteuid?.() !== 0) throw new Error('A network of its own needs root.');
  const holder = startProgram('-e', ['console.log("network up"); setInterval(() => {}, 1e9)'], {
    through: ['unshare', '--net'],
  });
  await holder.says(/network up/);
  const through = ['nsenter', '--target', `${holder.pid}`, '--net'];
  const run = (script: string) => runCommand('nsenter', [...through.slice(1), 'sh', '-ec', script]);
  await run('ip link set lo up');
  return { pid: holder.pid, through, run, [Symbol.asyncDispose]: () => holder.stop() };
}
