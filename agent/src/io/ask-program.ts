import { sleep } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';

/** What a program answered: `missing` where there is none, `silent` where it failed or did not answer in time. */
export type Answer =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'silent' };

const SILENT: Answer = { kind: 'silent' };

/**
 * Asks programs about the storage of this guest. Of a disk that hangs, one may wait in the kernel where no signal ends
 * it, so nobody waits for its end; and as long as it is there, it is not asked again.
 */
export function createAskProgram({
  commands,
  clock,
  patienceMs,
}: {
  commands: Commands;
  clock: Pick<Clock, 'after'>;
  patienceMs: number;
}): (call: { file: string; args: readonly string[] }) => Promise<Answer> {
  const hanging = new Set<string>();
  return async (call) => {
    if (hanging.has(call.file)) return SILENT;
    const patience = new AbortController();
    const answer = run({ ...call, signal: patience.signal });
    const inTime = await Promise.race([answer, sleep(clock, patienceMs).then(() => null)]);
    if (inTime !== null) return inTime;
    hanging.add(call.file);
    void answer.then(() => hanging.delete(call.file));
    patience.abort();
    return SILENT;
  };

  async function run(call: Parameters<Commands['run']>[0]): Promise<Answer> {
    try {
      const result = await commands.run(call);
      if (result.kind === 'missing') return result;
      return result.exitCode === 0 ? { kind: 'answered', text: result.stdout } : SILENT;
    } catch {
      return SILENT;
    }
  }
}
