import { createServer, type Socket } from 'node:net';

/** What it does when it is asked. */
export type Manner =
  | { readonly kind: 'says'; readonly bytes: string }
  | { readonly kind: 'says-later'; readonly bytes: Promise<string> }
  /** Says nothing, and holds the connection. */
  | { readonly kind: 'hangs' }
  /** Its QEMU hangs up. */
  | { readonly kind: 'dies' }
  /** Answers whoever is connected when it is through, and that is the next. */
  | { readonly kind: 'answers-the-next'; readonly bytes: string };

export interface StandInAgent {
  /** What it was told so far, command by command. */
  heard(): readonly string[];
  /** How many are connected to it. */
  connections(): number;
  close(): Promise<void>;
}

/** As qemu-ga 7.2 answers the 0xFF that empties its parser (test/fixtures/qga/socket/guest-sync-delimited.bytes). */
const STRAY = `{"error": {"class": "GenericError", "desc": "JSON parse error, stray '\\uFFFD'"}}\n`;

/**
 * A qemu-ga behind QEMU's socket, which answers as it is told to: what no real one does on request. The real one is in
 * test/system.
 */
export async function startStandInAgent({
  path,
  answer,
}: {
  path: string;
  answer: (execute: string) => Manner;
}): Promise<StandInAgent> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  let forTheNext = '';

  function act(socket: Socket, manner: Manner): void {
    if (manner.kind === 'dies') socket.destroy();
    if (manner.kind === 'says') socket.write(manner.bytes);
    if (manner.kind === 'says-later') void manner.bytes.then((bytes) => socket.write(bytes));
    if (manner.kind === 'answers-the-next') forTheNext += manner.bytes;
  }

  function onLine(socket: Socket, line: string): void {
    const { execute, arguments: given } = JSON.parse(line) as { execute: string; arguments?: { id: number } };
    heard.push(execute);
    const manner = answer(execute);
    if (!execute.startsWith('guest-sync') || manner.kind !== 'says') {
      act(socket, manner);
      return;
    }
    if (execute === 'guest-sync') {
      socket.write(`{"return": ${given?.id}}\n`);
      return;
    }
    socket.write(STRAY);
    socket.write(Buffer.concat([Buffer.from([0xff]), Buffer.from(`{"return": ${given?.id}}\n`)]));
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.write(forTheNext);
    forTheNext = '';
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.filter((byte) => byte !== 0xff).toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(socket, line);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    heard: () => heard,
    connections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
