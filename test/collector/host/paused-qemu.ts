import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createQmp } from '../../../collector/src/io/qmp-client.ts';
import type { Monitor } from '../../../collector/src/model/domain.ts';
import { connectQmp } from '../../support/guest/qmp.ts';

export interface PausedQemu {
  readonly pid: number;
  readonly socketPath: string;
  /** The same, as a source tells it. */
  readonly qmpMonitor: Monitor;
  /** Any QMP command, over a connection of its own: the collector's port asks nothing but queries. */
  execute(command: string, args?: object): Promise<unknown>;
  /** The answer to a command of QEMU's human monitor, `qemu-io` and `info qtree` among them. */
  monitor(line: string): Promise<string>;
  kill(): Promise<void>;
}

const qmp = createQmp({ commands: createCommands() });

/**
 * A real QEMU with these disks and no guest: its CPU never starts. Relative paths are in `folder`, and its monitor too.
 */
export async function startPausedQemu({
  folder,
  machine,
  args,
  through = [],
}: {
  folder: string;
  machine: string;
  args: readonly string[];
  /** A command before it, which becomes it. */
  through?: readonly string[];
}): Promise<PausedQemu> {
  const without = ['-accel', 'tcg', '-m', '64', '-S', '-nodefaults', '-display', 'none'];
  const all = ['-machine', machine, ...without, '-qmp', 'unix:qmp.sock,server=on,wait=off', ...args];
  const [program = '', ...words] = [...through, 'qemu-system-x86_64', ...all];
  const child = spawn(program, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => {
    said += String(data);
  });
  const ended = once(child, 'exit');
  const socketPath = join(folder, 'qmp.sock');
  const qmpMonitor: Monitor = { kind: 'socket', path: socketPath };
  for (;;) {
    try {
      await qmp.ask(qmpMonitor, []);
      break;
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`QEMU ended: ${said}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const execute = async (command: string, args?: object): Promise<unknown> => {
    const client = await connectQmp({ path: socketPath, movement: [] });
    try {
      return await client.execute(command, args);
    } finally {
      client.close();
    }
  };
  if (child.pid === undefined) throw new Error('QEMU has no process id');
  return {
    pid: child.pid,
    socketPath,
    qmpMonitor,
    execute,
    monitor: async (line) => String(await execute('human-monitor-command', { 'command-line': line })),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
