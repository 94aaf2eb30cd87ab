import { inventorySchema } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { forecastSchema } from '../../../collector/src/api/answers/foresight.ts';
import { repairPlanSchema } from '../../../collector/src/api/answers/repair.ts';
import { trimSchema } from '../../../collector/src/api/answers/trim.ts';
import { TRIM_EVENTS } from '../../../collector/src/api/answers/trim-event.ts';
import { ALL_ROUTES, ROUTES } from '../../../collector/src/api/routes.ts';
import type { RepairOutcome } from '../../../collector/src/cli/views/repair.ts';
import { explainFile } from '../../../collector/src/conduct/explain/explain-file.ts';
import { fieldsOf, parseFields, readJsonPage, type Section } from '../../docs/json-page.ts';
import { PLAN, trimOf } from './repair-examples.ts';

const page = readJsonPage();

/** What has a section, or a page, of its own; elsewhere only its name stands. */
const NOUNS: readonly unknown[] = [trimSchema, repairPlanSchema, inventorySchema, forecastSchema];

interface AnySchema {
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly wrapped?: AnySchema;
  readonly item?: AnySchema;
  readonly options?: readonly AnySchema[];
  readonly type: string;
}

/** The fields of a schema, as `parseFields` writes them. */
function fieldsIn(schema: AnySchema, path = ''): string[] {
  if (path !== '' && NOUNS.includes(schema)) return [];
  if (schema.wrapped !== undefined) return fieldsIn(schema.wrapped, path);
  if (schema.type === 'variant')
    return [...new Set((schema.options ?? []).flatMap((option) => fieldsIn(option, path)))];
  return Object.entries(schema.entries ?? {}).flatMap(([key, entry]) => {
    const inner = entry.wrapped ?? entry;
    const name = `${path}${key}${inner.type === 'array' ? '[]' : ''}`;
    return [name, ...fieldsIn(inner.item ?? inner, `${name}.`)];
  });
}

/** Doubled rows are drift as well. */
const sorted = (fields: readonly string[]) => [...fields].sort();

const namesOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

function sectionOf(route: { method: string; path: string }): Section {
  const found = page.filter(({ heading }) => heading.includes(`\`${namesOf(route)}\``));
  expect(found.map(({ heading }) => heading)).toHaveLength(1);
  return found[0] as Section;
}

const inputsOf = (section: Section, kind: 'query' | 'body') =>
  section.tables
    .filter(({ heading }) => heading === kind)
    .flatMap(({ rows }) => rows.flatMap(([cell = '']) => parseFields(cell)));

describe('docs/json.md', () => {
  it('has a section for each route, and a route for each section', () => {
    const named = page.flatMap(({ heading }) =>
      [...heading.matchAll(/`((?:GET|POST) [^`]+)`/g)].map(([, name]) => name),
    );
    expect(named).toEqual(ALL_ROUTES.map(([, row]) => namesOf(row)));
  });

  it('says of each route its status, its scope and where it is served', () => {
    const table = page[0]?.tables.find(({ heading }) => heading === 'route');
    expect(table?.rows).toEqual(
      ALL_ROUTES.map(([, row]) => [
        `\`${namesOf(row)}\``,
        String(row.status),
        row.scope,
        row.face === 'socket' ? 'socket' : 'socket, network',
      ]),
    );
  });

  it.each(ALL_ROUTES)('%s: lists just the fields that are asked for', (_name, row) => {
    const section = sectionOf(row);
    for (const kind of ['query', 'body'] as const)
      expect(sorted(inputsOf(section, kind))).toEqual(sorted(Object.keys(row.input[kind]?.schema.entries ?? {})));
  });

  it.each(ALL_ROUTES.filter(([, row]) => !row.isStream))('%s: lists just the fields of the answer', (_name, row) => {
    expect(sorted(fieldsOf(sectionOf(row)))).toEqual(sorted(fieldsIn(row.answer as unknown as AnySchema)));
  });

  it('lists just the fields of a forecast', () => {
    const table = sectionOf(ROUTES.forecasts).tables.find(({ heading }) => heading === 'of a forecast');
    const fields = (table?.rows ?? []).flatMap(([cell = '']) => parseFields(cell));
    expect(fields).toEqual(Object.keys(forecastSchema.entries));
  });

  it('lists just the events that there are, with their fields', () => {
    const table = sectionOf(ROUTES.watch).tables.find(({ heading }) => heading === 'event');
    const documented = (table?.rows ?? []).map(([event = '', fields = '']) => [
      event.replaceAll('`', ''),
      sorted(parseFields(fields)),
    ]);
    const known = Object.entries(TRIM_EVENTS).map(([event, schema]) => [
      event,
      sorted(fieldsIn(schema as unknown as AnySchema).filter((field) => field !== 'event')),
    ]);
    expect(documented).toEqual(known);
  });

  it('lists just the fields that trimtab repair --json prints', () => {
    const outcome: RepairOutcome = {
      plan: PLAN,
      reopened: [],
      trim: trimOf('lost'),
      notTrimmed: null,
      repaired: false,
      persistent: PLAN.persistent,
    };
    const section = page.find(({ heading }) => heading.startsWith('`trimtab repair '));
    const names = fieldsOf(section as Section).filter((field) => !field.includes('.'));
    expect(names.map((field) => field.replace('[]', ''))).toEqual(Object.keys(outcome));
  });

  it('lists just the fields that trimtab explain --json prints', () => {
    const argv = 'kvm -M microvm -hda /spare -drive file=/i,if=virtio'.replaceAll(' ', '\n');
    const file = { path: 'f', bytes: Buffer.from(argv), lengthBytes: null, isCut: false };
    const section = page.find(({ heading }) => heading.startsWith('`trimtab explain '));
    expect(sorted(fieldsOf(section as Section))).toEqual(
      sorted(fieldsOfValue(explainFile({ file, storages: new Map() }))),
    );
  });
});

/** The fields of a value as it is printed, as `parseFields` writes them; of a list those of its first entry. */
function fieldsOfValue(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const [first] = Array.isArray(inner) ? inner : [null];
    const name = `${path}${key}${Array.isArray(inner) ? '[]' : ''}`;
    return [name, ...(first === null ? [] : fieldsOfValue(first, `${name}.`))];
  });
}
