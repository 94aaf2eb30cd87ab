import { toPlainText } from './plain-text.ts';

const LEVELS: Readonly<Record<number, string>> = { 30: '', 40: 'warning: ', 50: 'error: ', 60: 'fatal: ' };

/** pino's own fields, said already or of no use to a person. */
const LEFT_OUT = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err']);

/** A line of the log for a person: `07:44:10 warning: message (key value, …)`, UTC; made of one line of pino's JSON. */
export function formatLogLine(json: string): string {
  const record = JSON.parse(json) as { level: number; time: number; msg?: string; err?: { message?: string } };
  const time = new Date(record.time).toISOString().slice(11, 19);
  const fields = Object.entries(record)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const cause = record.err?.message === undefined ? '' : `: ${record.err.message}`;
  const details = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
  return `${toPlainText(`${time} ${LEVELS[record.level] ?? ''}${record.msg ?? ''}${cause}${details}`)}\n`;
}
