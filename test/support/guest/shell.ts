import { connectLines } from './line-socket.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** 60,000 if absent. The command goes on in the guest after it. */
  readonly timeoutMs?: number;
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

export async function connectShell({ path, guest }: { path: string; guest: string }): Promise<GuestShell> {
  const socket = await connectLines(path);
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

  const run = (command: string, { timeoutMs = 60_000 }: RunOptions = {}): Promise<CommandResult> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = `${lastId}`;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`Guest ${guest} did not finish within ${timeoutMs} ms: ${command}`));
      }, timeoutMs);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          settle(value);
        };
      waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      if (!socket.send(`${id} ${Buffer.from(command).toString('base64')}`)) {
        waiting.get(id)?.reject(new Error(`Guest ${guest} is gone, so it cannot run: ${command}`));
        waiting.delete(id);
      }
    });
  return { run, close: socket.close };
}

function decode(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
