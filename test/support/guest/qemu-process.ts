import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Movement } from '../waiting/movement.ts';
import { GaveUp, waitWhileMoving } from '../waiting/wait-while-moving.ts';

export interface QemuProcess {
  readonly pid: number;
  /** Resolves, never rejects, when the process is gone. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  /** What it wrote to stderr, and how it ended if it did. */
  complaint(): string;
  /** SIGTERM, then SIGKILL. Resolves when it is gone. */
  end(): Promise<void>;
}

/** Long enough for a loaded machine to flush a disk's image. */
const GRACE_MS = 3000;

/**
 * Starts QEMU so that it dies with this process, however this one dies: setpriv(1) asks the kernel for that. In a
 * session of its own, so that Ctrl-C on a terminal reaches this process only, which ends it in good order.
 */
export async function startQemu({
  args,
  through = [],
}: {
  args: readonly string[];
  /** A command before it, as `unshare --mount`, which becomes it. */
  through?: readonly string[];
}): Promise<QemuProcess> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...through, 'qemu-system-x86_64', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let stderr = '';
  let ending: string | null = null;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-10_000);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ending = `cannot start: ${error.message}`;
      resolve();
    });
    child.once('close', (code, signal) => {
      ending ??= `ended with ${signal ?? `exit code ${code}`}`;
      resolve();
    });
  });
  return {
    pid: child.pid ?? -1,
    exited,
    hasExited: () => ending !== null,
    complaint: () => [ending ?? 'is running', stderr.trim()].filter(Boolean).join('\n'),
    end: () => end({ child, exited }),
  };
}

/** Resolves when every one of the sockets is there; throws when QEMU ends first, or does nothing any more. */
export async function untilListening(parts: {
  readonly qemu: QemuProcess;
  readonly sockets: readonly string[];
  readonly movement: Movement;
}): Promise<void> {
  const { qemu, sockets, movement } = parts;
  await waitWhileMoving({
    what: 'QEMU makes its sockets',
    movement,
    find() {
      if (qemu.hasExited()) throw new GaveUp(`QEMU ${qemu.complaint()}`);
      return sockets.every((path) => existsSync(path)) || null;
    },
  });
}

async function end({ child, exited }: { child: ChildProcess; exited: Promise<void> }): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    child.kill(signal);
    if (await endsWithin({ exited, milliseconds: GRACE_MS })) return;
  }
  await exited;
}

export async function endsWithin({
  exited,
  milliseconds,
}: {
  exited: Promise<void>;
  milliseconds: number;
}): Promise<boolean> {
  const timer = new AbortController();
  const timeout = delay(milliseconds, false, { signal: timer.signal }).catch(() => false);
  const ended = await Promise.race([exited.then(() => true), timeout]);
  timer.abort();
  return ended;
}
