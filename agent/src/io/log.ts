import { fstatSync } from 'node:fs';
import { createLineQueue, toPlainText } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { openOutput } from './output-stream.ts';

const STDERR = 2;

/** By syslog(3). */
const INFO = { level: 6, word: '' };
const WARNING = { level: 4, word: 'warning: ' };
const ERROR = { level: 3, word: 'error: ' };

/** What waits of the log while whoever reads it stands still; what comes then is dropped and counted. */
export const MOST_WAITING_LOG_BYTES = 64 * 1024;

/**
 * To stderr: with sd-daemon(3)'s level prefix where journald reads it, which adds the time itself; else with the time.
 * Nothing waits for it: what cannot be written is dropped and counted (`createLineQueue`).
 */
export function createLog({
  environment,
  after,
}: {
  environment: Readonly<Record<string, string | undefined>>;
  after: Clock['after'];
}): Log {
  const journal = isJournal(environment);
  const format = ({ level, word, text }: { level: number; word: string; text: string }) => {
    const plain = toPlainText(text.replaceAll('\n', ' '));
    return journal ? `<${level}>${plain}\n` : `${formatNow()} ${word}${plain}\n`;
  };
  const queue = createLineQueue({
    write: openOutput(process.stderr),
    after,
    tellLost: ({ lines, cause }) => format({ ...WARNING, text: `${lines} lines of this log were lost: ${cause}` }),
    mostBytes: MOST_WAITING_LOG_BYTES,
  });
  const line = (kind: { level: number; word: string }) => (text: string) => queue.add(format({ ...kind, text }));
  return { info: line(INFO), warn: line(WARNING), error: line(ERROR) };
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
