import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { type Movement, processorTime, textLength } from '../waiting/movement.ts';
import { GaveUp, waitWhileMoving } from '../waiting/wait-while-moving.ts';

export interface Ended {
  /** As a shell gives it: 128 and the number of the signal that ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One of our own programs (demo, lab, bench, soak), started as a person starts it on a terminal. */
export interface Tool {
  readonly ended: Promise<Ended>;
  /** Ctrl-C: the terminal sends SIGINT to all of its process group at once. */
  interrupt(): void;
  /** Resolves when this is on stderr; throws when the program ends without it, or does nothing any more. */
  says(text: string): Promise<void>;
}

export function startTool(parts: {
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}): Tool {
  const { script, args, env } = parts;
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  let hasEnded = false;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      hasEnded = true;
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), ...said });
    });
  });
  const pid = child.pid ?? 0;
  const movement: Movement = [textLength('its stderr', () => said.stderr), processorTime(script, pid)];
  return {
    ended,
    interrupt() {
      if (!hasEnded) process.kill(-pid, 'SIGINT');
    },
    async says(text) {
      await waitWhileMoving({
        what: `${script} says ${text}`,
        movement,
        describe: () => said.stderr,
        find() {
          if (said.stderr.includes(text)) return true;
          if (hasEnded) throw new GaveUp(`${script} ended without saying ${text}: ${said.stderr}`);
          return null;
        },
      });
    },
  };
}
