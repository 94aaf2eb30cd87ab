import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

const QUIET_MS = 60_000;

/** Where there are more in a minute, the others are told of as one. */
export const SUBJECTS_REMEMBERED = 256;
const THE_OTHERS = 'the others';

/** A warning of what somebody can repeat as often as he likes: once a minute for each subject, such as an address. */
export function createQuietLog({ clock, log }: { clock: Pick<Clock, 'monotonicMs'>; log: Pick<Log, 'warn'> }) {
  /** When each was told of, the oldest first. */
  const told = new Map<string, number>();

  return function warn(
    subject: string,
    { fields, message }: { readonly fields: Readonly<Record<string, unknown>>; readonly message: string },
  ): void {
    const nowMs = clock.monotonicMs();
    for (const [other, atMs] of told) {
      if (nowMs - atMs < QUIET_MS) break;
      told.delete(other);
    }
    if (told.has(subject)) return;
    const key = told.size < SUBJECTS_REMEMBERED ? subject : THE_OTHERS;
    if (told.has(key)) return;
    told.set(key, nowMs);
    log.warn(fields, message);
  };
}
