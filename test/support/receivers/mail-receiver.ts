import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came, dots as they were meant. */
  readonly data: string;
}

/** A small server of SMTP (RFC 5321, 4.1.1: what is needed to take a mail), which keeps what it got. */
export interface MailReceiver extends AsyncDisposable {
  readonly port: number;
  readonly received: ReceivedMail[];
  /** Every command line that came. */
  readonly lines: string[];
  /** What it says to one command, or to the `.` of a mail, in the place of `250`; empty: nothing; null: as usual. */
  answerWith(answer: (command: string) => string | null): void;
  connections(): number;
}

export async function startMailReceiver(): Promise<MailReceiver> {
  const received: ReceivedMail[] = [];
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  let answer: (command: string) => string | null = () => null;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    converse(socket, { lines, received, answer: (command) => answer(command) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    lines,
    answerWith(given) {
      answer = given;
    },
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function converse(
  socket: Socket,
  {
    lines,
    received,
    answer,
  }: Pick<MailReceiver, 'lines' | 'received'> & { readonly answer: (command: string) => string | null },
): void {
  const say = (line: string) => line !== '' && socket.write(`${line}\r\n`);
  let rest = '';
  let from = '';
  let to: string[] = [];
  let data: string[] | null = null;

  function takeLine(line: string): void {
    if (data !== null) {
      if (line !== '.') return void data.push(line.replace(/^\./, ''));
      received.push({ from, to, data: data.join('\r\n') });
      [data, to] = [null, []];
      return void say(answer('.') ?? '250 taken');
    }
    lines.push(line);
    const other = answer(line);
    if (other !== null) return void say(other);
    if (/^MAIL FROM:/i.test(line)) from = /<(.*)>/.exec(line)?.[1] ?? '';
    if (/^RCPT TO:/i.test(line)) to.push(/<(.*)>/.exec(line)?.[1] ?? '');
    if (/^DATA$/i.test(line)) {
      data = [];
      return void say('354 go on');
    }
    if (/^QUIT$/i.test(line)) return void socket.end('221 bye\r\n');
    say('250 well');
  }

  say('220 test');
  socket.on('data', (chunk) => {
    const parts = (rest + chunk.toString('utf8')).split('\r\n');
    rest = parts.pop() ?? '';
    for (const line of parts) takeLine(line);
  });
}
