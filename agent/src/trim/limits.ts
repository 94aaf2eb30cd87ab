import type { Problem, TrimId } from '@trimtab/protocol';

/** What the agent allows itself, whoever asks (rule R4): one trim at a time, and a pause between two. */
export function busyWith(running: TrimId): Problem {
  return {
    code: 'busy',
    operation: 'trim',
    subject: 'this guest',
    cause: `trim ${running} is not over yet`,
    hint: 'Ask again when it is, or cancel it.',
  };
}

/** Why it is too soon for the next trim; null when it is not. */
export function checkInterval({
  sinceLastMs,
  minimumIntervalMs,
  isCure,
}: {
  /** Since the last trim ended, by a clock that never goes back; null if there was none. */
  sinceLastMs: number | null;
  minimumIntervalMs: number;
  /** It belongs to the trim that it cures, and may follow it at once. */
  isCure: boolean;
}): Problem | null {
  if (isCure || sinceLastMs === null || sinceLastMs >= minimumIntervalMs) return null;
  return {
    code: 'too-soon',
    operation: 'trim',
    subject: 'this guest',
    cause: `its last trim ended ${Math.round(sinceLastMs / 1000)} s ago`,
    hint: `It waits ${Math.round(minimumIntervalMs / 1000)} s between two trims (minimum-interval in the agent’s configuration).`,
  };
}

/** Of an agent that was told to end: what it began now, it could not finish. */
export const STOPPING: Problem = {
  code: 'stopping',
  operation: 'trim',
  subject: 'this guest',
  cause: 'its agent is being stopped',
  hint: 'Ask again when the agent runs.',
};
