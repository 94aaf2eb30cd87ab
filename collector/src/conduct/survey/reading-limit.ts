import { Fault } from '@trimtab/protocol/shared';
import type { Clock } from '../../ports/clock.ts';
import { within } from './within.ts';

/**
 * For a reading of the host, and for one of images. Each part of them has a limit of its own, and loses only itself at
 * it; this is for whatever has none.
 */
export const READING_LIMIT_MS = 60_000;

/** A reading throws `host-silent` when it takes longer. */
export function createReadingLimit(clock: Pick<Clock, 'after'>) {
  return <Value>(work: Promise<Value>): Promise<Value> =>
    within({ clock, limitMs: READING_LIMIT_MS, work, late: giveUp });
}

function giveUp(): never {
  throw new Fault({
    code: 'host-silent',
    operation: 'read the host',
    subject: 'guests and images',
    cause: `they were not read within ${READING_LIMIT_MS / 1000} s`,
    hint: 'Something of this host hangs. Programs that wait for a disk or a server: ps -eo stat,pid,wchan:20,args | grep ^D',
  });
}
