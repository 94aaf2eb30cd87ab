import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface LineSocket {
  /** False when the socket is closed already. */
  send(line: string): boolean;
  onLine(listener: (line: string) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Between bind(2), which makes the file, and listen(2) a busy QEMU may take its time; meanwhile it refuses. */
const LISTENING_DEADLINE_MS = 10_000;

/** A Unix socket that speaks in lines. */
export async function connectLines(path: string): Promise<LineSocket> {
  const untilMs = performance.now() + LISTENING_DEADLINE_MS;
  for (;;) {
    try {
      return await connectOnce(path);
    } catch (error) {
      const { code } = (error as Error).cause as NodeJS.ErrnoException;
      if (code !== 'ECONNREFUSED' || performance.now() > untilMs) throw error;
      await delay(20);
    }
  }
}

function connectOnce(path: string): Promise<LineSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const listeners: ((line: string) => void)[] = [];
    let pieces: string[] = [];
    socket.setEncoding('utf8').on('data', (text: string) => {
      // Kept in pieces: an answer can be megabytes in one line, and joining at every chunk would be quadratic.
      const [first = '', ...rest] = text.split('\n');
      pieces.push(first);
      for (const next of rest) {
        const line = pieces.join('');
        pieces = [next];
        for (const listener of listeners) listener(line);
      }
    });
    socket.on('error', (cause) => reject(new Error(`Cannot connect to ${path}`, { cause }))); // Once connected, 'close' tells.
    socket.on('connect', () =>
      resolve({
        send: (line) => {
          if (socket.destroyed) return false;
          socket.write(`${line}\n`);
          return true;
        },
        onLine: (listener) => listeners.push(listener),
        onClose: (listener) => socket.on('close', listener),
        close: () => socket.destroy(),
      }),
    );
  });
}
