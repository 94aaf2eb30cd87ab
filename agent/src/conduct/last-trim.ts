import { formatFault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import type { Clock } from '../ports/clock.ts';
import type { Folder } from '../ports/folder.ts';
import type { Log } from '../ports/log.ts';

const NAME = 'last-trim.json';

const memorySchema = v.object({ endedAt: v.pipe(v.number(), v.safeInteger()) });

/** When the last trim ended, over the end of the agent: the least time between two holds for those that visit as well. */
export interface LastTrimMemory {
  /** By `monotonicMs` of the clock; null where none is known, or the clock was set back since. */
  read(): Promise<number | null>;
  note(): void;
}

export function createLastTrimMemory({
  folder,
  clock,
  log,
}: {
  folder: Folder;
  clock: Pick<Clock, 'now' | 'monotonicMs'>;
  log: Log;
}): LastTrimMemory {
  return {
    async read() {
      const endedAt = parse(await folder.read(NAME));
      if (endedAt === null || endedAt > clock.now()) return null;
      return clock.monotonicMs() - (clock.now() - endedAt);
    },
    note() {
      const content = JSON.stringify({ endedAt: clock.now() });
      folder.write({ name: NAME, content }).catch((error) => log.error(formatFault(error)));
    },
  };
}

function parse(text: string | null): number | null {
  if (text === null) return null;
  try {
    return v.parse(memorySchema, JSON.parse(text)).endedAt;
  } catch {
    return null;
  }
}
