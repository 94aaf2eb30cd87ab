import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A program of Debian that runs until the test is over. */
export interface Daemon extends AsyncDisposable {
  readonly pid: number;
  output(): string;
}

/** Starts it so that it dies with this process, and waits until it says that it is ready. */
export async function startDaemon({
  argv,
  ready,
}: {
  readonly argv: readonly string[];
  readonly ready: RegExp;
}): Promise<Daemon> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (ready.test(output)) resolve();
      });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${argv[0]} ended without saying ${ready}:\n${output}`)));
  });
  return {
    pid: child.pid ?? -1,
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** A port of this host that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
