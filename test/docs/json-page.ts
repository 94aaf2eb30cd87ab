import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One table of a section: what its first heading says, and its rows. */
export interface Table {
  readonly heading: string;
  readonly rows: readonly (readonly string[])[];
}

export interface Section {
  readonly heading: string;
  readonly tables: readonly Table[];
}

/** The sections of docs/json.md with their tables. */
export function readJsonPage(): Section[] {
  const page = readFileSync(join(import.meta.dirname, '../../docs/json.md'), 'utf8');
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => ({ heading: text.slice(0, text.indexOf('\n')), tables: parseTables(text) }));
}

function parseTables(text: string): Table[] {
  const blocks = text.match(/(?:^\|.*\n?)+/gm) ?? [];
  return blocks.map((block) => {
    const [heading = [], , ...rows] = block.trimEnd().split('\n').map(parseRow);
    return { heading: heading[0] ?? '', rows };
  });
}

function parseRow(line: string): string[] {
  return line
    .replace(/^\|\s*|\s*\|\s*$/g, '')
    .split(/\s*\|\s*/)
    .map((cell) => cell.trim());
}

/**
 * The fields that a cell lists, with those inside of them: `` `pools[]`, `sum {nowBytes}` `` are `pools[]`, `sum` and
 * `sum.nowBytes`.
 */
export function parseFields(cell: string): string[] {
  const fields: string[] = [];
  const path: string[] = [];
  let last = '';
  for (const [token] of cell.matchAll(/[A-Za-z]\w*(?:\[\])?|[{}]/g)) {
    if (token === '{') path.push(last);
    else if (token === '}') path.pop();
    else {
      last = token;
      fields.push([...path, token].join('.'));
    }
  }
  return fields;
}

/** All fields of a section: those of each table whose heading is `field`, or `field of` what it names in backquotes. */
export function fieldsOf({ tables }: Section): string[] {
  return tables.flatMap(({ heading, rows }) => {
    const match = /^field(?: of `([^`]+)`)?$/.exec(heading);
    if (match === null) return [];
    const prefix = match[1] === undefined ? '' : `${match[1]}.`;
    return rows.flatMap(([cell = '']) => parseFields(cell).map((field) => prefix + field));
  });
}
