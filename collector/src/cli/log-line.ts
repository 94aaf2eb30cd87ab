import { toPlainText } from '@trimtab/protocol/shared';
import { formatTimeOfDay } from './views/format-time.ts';

interface Level {
  /** What it is called where a person reads. */
  readonly word: string;
  /** syslog(3)'s priority of it. */
  readonly priority: number;
}

/** By pino's numbers. */
const LEVELS: Readonly<Record<number, Level>> = {
  20: { word: '', priority: 7 },
  30: { word: '', priority: 6 },
  40: { word: 'warning: ', priority: 4 },
  50: { word: 'error: ', priority: 3 },
  60: { word: 'fatal: ', priority: 2 },
};

/** pino's own fields, said already or of no use to a person. */
const LEFT_OUT = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err']);

interface Entry {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

/**
 * A line of the log for a person, by the clock on the wall: `08:44:10+01 warning: message (key value, …)`; made of one
 * line of pino's JSON.
 */
export function formatLogLine({ json, timeZone }: { json: string; timeZone: string }): string {
  const entry = JSON.parse(json) as Entry;
  const time = formatTimeOfDay({ iso: new Date(entry.time).toISOString(), timeZone });
  return `${toPlainText(`${time} ${LEVELS[entry.level]?.word ?? ''}${describe(entry)}`)}\n`;
}

/**
 * The same for journald, which knows the time and takes the priority from the prefix (sd-daemon(3)): `<4>message (key
 * value, …)`.
 */
export function formatJournalLine(json: string): string {
  const entry = JSON.parse(json) as Entry;
  return `<${LEVELS[entry.level]?.priority ?? 5}>${toPlainText(describe(entry))}\n`;
}

function describe(entry: Entry): string {
  const fields = Object.entries(entry)
    .filter(([key, value]) => !LEFT_OUT.has(key) && value !== null)
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const cause = entry.err?.message === undefined ? '' : `: ${entry.err.message}`;
  const details = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
  return `${entry.msg ?? ''}${cause}${details}`;
}
