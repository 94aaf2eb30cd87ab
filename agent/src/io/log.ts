import { fstatSync } from 'node:fs';
import type { Log } from '../ports/log.ts';

const STDERR = 2;

/**
 * To stderr: with sd-daemon(3)'s level prefix where journald reads it, which adds the time itself; else with the time.
 */
export function createLog({
  environment,
  write,
}: {
  environment: Readonly<Record<string, string | undefined>>;
  write: (text: string) => void;
}): Log {
  const journal = isJournal(environment);
  const line = (level: number, word: string) => (text: string) => {
    const oneLine = text.replaceAll('\n', ' ');
    write(journal ? `<${level}>${oneLine}\n` : `${formatNow()} ${word}${oneLine}\n`);
  };
  return { info: line(6, ''), warn: line(4, 'warning: '), error: line(3, 'error: ') };
}

/**
 * systemd.exec(5): JOURNAL_STREAM is `DEVICE:INODE` of what journald reads, and is inherited by those whose streams
 * lead elsewhere.
 */
export function isJournal({ JOURNAL_STREAM: stream }: Readonly<Record<string, string | undefined>>): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(STDERR);
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** As toISOString() would; that one loads ICU's tables, 0.8 MB which an agent that waits would keep. */
function formatNow(): string {
  const now = new Date();
  const pad = (value: number) => String(value).padStart(2, '0');
  const date = [now.getUTCFullYear(), pad(now.getUTCMonth() + 1), pad(now.getUTCDate())].join('-');
  const time = [pad(now.getUTCHours()), pad(now.getUTCMinutes()), pad(now.getUTCSeconds())].join(':');
  return `${date}T${time}.${String(now.getUTCMilliseconds()).padStart(3, '0')}Z`;
}
