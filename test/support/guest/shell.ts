import type { Movement } from '../waiting/movement.ts';
import { settleWhileMoving } from '../waiting/wait-while-moving.ts';
import { connectLines } from './line-socket.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /**
   * For how long nothing at all may move before the command is given up; it goes on in the guest after that. Two
   * minutes if absent.
   */
  readonly standstillMs?: number;
}

/** The host's end of shell.sh: commands run side by side in the guest. */
export interface GuestShell {
  run(command: string, options?: RunOptions): Promise<CommandResult>;
  close(): void;
}

interface Waiting {
  readonly resolve: (result: CommandResult) => void;
  readonly reject: (error: Error) => void;
}

/** Commands are waited for as long as `movement` shows that the guest does something. */
export async function connectShell(options: {
  readonly path: string;
  readonly guest: string;
  readonly movement: Movement;
}): Promise<GuestShell> {
  const { path, guest, movement } = options;
  const socket = await connectLines({ path, movement });
  const waiting = new Map<string, Waiting>();
  let lastId = 0;

  socket.onLine((line) => {
    const [id = '', exitCode, stdout, stderr] = line.split(' ');
    const caller = waiting.get(id);
    waiting.delete(id);
    caller?.resolve({ exitCode: Number(exitCode), stdout: decode(stdout), stderr: decode(stderr) });
  });
  socket.onClose(() => {
    for (const { reject } of waiting.values()) reject(new Error(`Guest ${guest} is gone: its shell was closed`));
    waiting.clear();
  });

  const send = (command: string): Promise<CommandResult> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = `${lastId}`;
      waiting.set(id, { resolve, reject });
      if (!socket.send(`${id} ${Buffer.from(command).toString('base64')}`)) {
        reject(new Error(`Guest ${guest} is gone, so it cannot run: ${command}`));
        waiting.delete(id);
      }
    });
  const run: GuestShell['run'] = (command, { standstillMs } = {}) =>
    settleWhileMoving({
      what: `guest ${guest} finishes: ${command}`,
      movement,
      promise: send(command),
      ...(standstillMs !== undefined && { standstillMs }),
    });
  return { run, close: socket.close };
}

function decode(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
