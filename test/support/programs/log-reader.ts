import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { constants, openSync } from 'node:fs';
import { connect, createServer, Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** Whoever reads what a program logs: nothing of it, until its stream is read. */
export interface LogReader extends AsyncDisposable {
  /** For `stdio` of the program; whoever starts it closes it. */
  readonly output: number | Socket;
  readonly stream: Readable;
}

/** As a shell connects two programs. (What Node makes for its children is a socket.) */
export async function openPipe({ path }: { path: string }): Promise<LogReader> {
  execFileSync('mkfifo', [path]);
  const reading = new Socket({
    fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  return {
    output: openSync(path, 'w'),
    stream: reading,
    async [Symbol.asyncDispose]() {
      reading.destroy();
    },
  };
}

/** As journald reads a service (systemd.exec(5), StandardOutput=). */
export async function openSocket({ path }: { path: string }): Promise<LogReader> {
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, 'listening');
  const output = connect(path);
  const [[reading]] = (await Promise.all([once(server, 'connection'), once(output, 'connect')])) as [[Socket], unknown];
  return {
    output,
    stream: reading,
    async [Symbol.asyncDispose]() {
      output.destroy();
      reading.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
