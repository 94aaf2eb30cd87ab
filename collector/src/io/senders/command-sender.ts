import type { AlertRule, Notice } from '../../model/alert.ts';
import type { CommandInput } from '../../model/outgoing.ts';
import type { Commands } from '../../ports/commands.ts';
import type { NoticeSender } from '../../ports/notice-sender.ts';
import { noticeFault } from './notice-fault.ts';

/** Then it is ended, with all that it has started. */
export const COMMAND_TIMEOUT_MS = 20_000;

/**
 * Runs a program of the configuration, without a shell, and with its arguments as they stand there: what is told of an
 * alert is on its stdin and in its environment.
 */
export function createCommandSender({
  name,
  rules,
  groups,
  argv: [file = '', ...args],
  commands,
  toInput,
}: {
  readonly name: string;
  readonly rules: readonly AlertRule[] | null;
  readonly groups: boolean;
  readonly argv: readonly string[];
  readonly commands: Commands;
  readonly toInput: (notice: Notice) => CommandInput;
}): NoticeSender {
  const subject = `${name} (${file})`;
  const failed = (cause: string) => {
    const hint = 'It has to end with 0 once the notice is told.';
    return noticeFault({ code: 'notice-failed', subject, cause, hint });
  };
  return {
    name,
    rules,
    groups,
    attemptMs: null,
    async send(notice, signal) {
      const { input, environment } = toInput(notice);
      const startedAt = performance.now();
      const result = await commands.run({
        file,
        args,
        timeoutMs: COMMAND_TIMEOUT_MS,
        input: `${JSON.stringify(input)}\n`,
        environment: { ...environment, LC_ALL: 'C.UTF-8' },
        signal,
      });
      if (result.kind === 'missing') throw failed('there is no such program');
      const { exitCode, stderr } = result;
      if (exitCode === 0) return;
      const isLate = performance.now() - startedAt >= COMMAND_TIMEOUT_MS;
      const end = exitCode === null ? 'it was ended by a signal' : `it ended with ${exitCode}`;
      throw failed(
        `${isLate ? `it took more than ${COMMAND_TIMEOUT_MS / 1000} s` : end}: ${stderr}`.replace(/: $/, ''),
      );
    },
    restate: null,
    async stop() {},
  };
}
