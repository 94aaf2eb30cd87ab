import { Fault } from '@trimtab/protocol/shared';
import { isDay } from '../model/day.ts';
import type { Day, DayLevel } from '../model/forecast.ts';

/** What no counter of bytes can be above. Below 0 no disk is, but what somebody counts may be. */
const FARTHEST_LEVEL = 2 ** 64;
const ROW = /^([^,]*),([^,]*)$/;
const HEADER = /^day\s*,\s*level$/i;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?$/i;
const HINT = 'A row is a day and the level at its end, such as 2026-11-27,1200. The first row may be: day,level';

/** The rows `day,level` of a file, in any order. Throws a Fault `bad-series` that names the line. */
export function parseSeries({ text, name }: { text: string; name: string }): readonly DayLevel[] {
  const lineOf = new Map<Day, number>();
  const levels: DayLevel[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const row = line.trim();
    if (row === '' || (levels.length === 0 && HEADER.test(row))) continue;
    const subject = `${name}, line ${index + 1}`;
    const read = parseRow({ row, subject });
    const before = lineOf.get(read.day);
    if (before !== undefined) {
      const hint = 'Keep one level for each day, the last of it.';
      throw toFault({ subject, cause: `${read.day} stands in line ${before} already`, hint });
    }
    lineOf.set(read.day, index + 1);
    levels.push(read);
  }
  if (levels.length === 0) throw toFault({ subject: name, cause: 'there is no row in it', hint: HINT });
  return levels;
}

function parseRow({ row, subject }: { row: string; subject: string }): DayLevel {
  const [, day = '', level = ''] = (ROW.exec(row) ?? []).map((field) => field.trim());
  if (day === '' && level === '') throw toFault({ subject, cause: `${quote(row)} is no row of day,level`, hint: HINT });
  if (!isDay(day)) throw toFault({ subject, cause: `${quote(day)} is no day, as YYYY-MM-DD`, hint: HINT });
  const isLevel = NUMBER.test(level) && Math.abs(Number(level)) <= FARTHEST_LEVEL;
  if (!isLevel) throw toFault({ subject, cause: `${quote(level)} is no level: a number, at most 2^64`, hint: HINT });
  return { day, level: Number(level) };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function toFault(detail: { subject: string; cause: string; hint: string }): Fault {
  const { subject, cause, hint } = detail;
  return new Fault({ code: 'bad-series', operation: 'read a series', subject, cause, hint });
}
