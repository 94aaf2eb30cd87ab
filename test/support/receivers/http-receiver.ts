import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real receiver of HTTP on this machine, which answers as it is told to and keeps what it got. */
export interface HttpReceiver extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly received: Received[];
  /** How it answers from now on; at first with 200 and `ok`. */
  answerWith(answer: (response: ServerResponse, received: Received) => void): void;
  /** Resolves when it has got so many. */
  until(count: number): Promise<void>;
}

export async function startHttpReceiver({ port = 0 }: { readonly port?: number } = {}): Promise<HttpReceiver> {
  const received: Received[] = [];
  let answer = (response: ServerResponse, _received: Received): void => void response.end('ok');
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const one = { path, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      answer(response, one);
      for (const { count, resolve } of waiting) if (received.length >= count) resolve();
      waiting = waiting.filter(({ count }) => received.length < count);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith(given) {
      answer = given;
    },
    until: (count) =>
      received.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ count, resolve });
          }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
