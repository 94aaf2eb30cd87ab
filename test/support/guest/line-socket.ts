import { connect } from 'node:net';
import type { Movement } from '../waiting/movement.ts';
import { GaveUp, waitWhileMoving } from '../waiting/wait-while-moving.ts';

export interface LineSocket {
  /** False when the socket is closed already. */
  send(line: string): boolean;
  onLine(listener: (line: string) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/**
 * A Unix socket that speaks in lines. Between bind(2), which makes the file, and listen(2) a busy QEMU may take its
 * time and refuses meanwhile: it is waited for while it moves.
 */
export function connectLines({ path, movement }: { path: string; movement: Movement }): Promise<LineSocket> {
  return waitWhileMoving({
    what: `${path} takes connections`,
    movement,
    async find() {
      try {
        return await connectOnce(path);
      } catch (error) {
        const { message, cause } = error as Error;
        if ((cause as NodeJS.ErrnoException).code === 'ECONNREFUSED') throw error;
        throw new GaveUp(message, { cause });
      }
    },
  });
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
