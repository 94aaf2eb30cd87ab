import type { Movement } from '../waiting/movement.ts';
import { connectLines } from './line-socket.ts';

/** A client of QEMU's machine protocol (docs/interop/qmp-spec.txt), as much of it as tests need. */
export interface QmpClient {
  /** Throws with QEMU's class and description of the error. */
  execute(command: string, args?: object): Promise<unknown>;
  close(): void;
}

interface Reply {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

/** `movement` is QEMU's: it may be too busy to listen yet. */
export async function connectQmp({ path, movement }: { path: string; movement: Movement }): Promise<QmpClient> {
  const socket = await connectLines({ path, movement });
  const waiting = new Map<
    number,
    { command: string; resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  let lastId = 0;

  socket.onLine((line) => {
    const reply = JSON.parse(line) as Reply;
    const caller = reply.id === undefined ? undefined : waiting.get(reply.id);
    if (reply.id === undefined || caller === undefined) return; // The greeting, or an event.
    waiting.delete(reply.id);
    if (reply.error === undefined) caller.resolve(reply.return);
    else caller.reject(new Error(`QMP ${caller.command}: ${reply.error.class}: ${reply.error.desc}`));
  });
  socket.onClose(() => {
    for (const { command, reject } of waiting.values()) reject(new Error(`QMP ${command}: QEMU closed ${path}`));
    waiting.clear();
  });

  const execute = (command: string, args?: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { command, resolve, reject });
      if (!socket.send(JSON.stringify({ execute: command, arguments: args, id: lastId }))) {
        waiting.delete(lastId);
        reject(new Error(`QMP ${command}: ${path} is closed`));
      }
    });
  await execute('qmp_capabilities');
  return { execute, close: socket.close };
}
