import * as v from 'valibot';
import { expect } from 'vitest';

/**
 * What a guest would like whoever reads it to see: a line of its own, a colour by C0 and by C1, text that runs backwards,
 * what cannot be seen, other ends of a line, and half of a character.
 */
export const HOSTILE_TEXT =
  'x\nINJECTED: all is well\u001b[31m\u009b32m\u001b]0;owned\u0007\u202egnp\u200b\u2028INJECTED\u2029INJECTED\u0085\rINJECTED\ud800\tz';

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Words for a person: nothing in them is carried out by a terminal, and no line is of a guest's making. In prose that
 * has a space for each line end of a guest (`guest-text.ts`), our own may come there: it is told by the indentation.
 */
export function expectPlain(text: string, { isProse = false } = {}): void {
  const withoutOurs = text.replaceAll('\n', '');
  expect(UNSEEN.exec(withoutOurs)?.index, JSON.stringify(text)).toBeUndefined();
  const begins = isProse ? /^(?:<\d>)?INJECTED/ : /^(?:<\d>)?\s*INJECTED/;
  const lines = text.split('\n').filter((line) => begins.test(line));
  expect(lines, text).toEqual([]);
}

/** A JSON document, or several of one line each: plain as text, and yet what was meant. */
export function expectPlainJson(text: string, meant?: unknown): void {
  expect(UNSEEN.exec(text.replaceAll('\n', ''))?.index, text).toBeUndefined();
  if (meant !== undefined) expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(meant)));
}

const UUID = '0b6c2f6e-9a3c-4f55-8f0e-3a1c2b4d5e6f';

/** Of these the first that a schema of text accepts. */
const TEXTS = [HOSTILE_TEXT, `/${HOSTILE_TEXT}`, UUID, UUID.replaceAll('-', ''), '0000:00:04.0', '04.0'];
const NUMBERS = [3, 0, 1];

interface AnySchema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly item?: AnySchema;
  readonly items?: readonly AnySchema[];
  readonly wrapped?: AnySchema;
  readonly value?: AnySchema;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
}

/**
 * Values that a schema accepts, hostile wherever it lets them be: together they take each option and each kind of a
 * union at least once, and nothing in them is absent that could be there. A field that is added is hostile by itself.
 */
export function hostileValues(given: v.GenericSchema): readonly unknown[] {
  const schema = given as unknown as AnySchema;
  switch (schema.type) {
    case 'string':
      return [firstAccepted(given, TEXTS)];
    case 'number':
      return [firstAccepted(given, NUMBERS)];
    case 'boolean':
      return [true, false];
    case 'literal':
      return [schema.literal];
    case 'picklist':
      return schema.options ?? [];
    case 'unknown':
      return [HOSTILE_TEXT];
    case 'record':
      return hostileValues(inner(schema.value)).map((value) => ({ [HOSTILE_TEXT]: value }));
    case 'nullable':
    case 'optional':
    case 'exact_optional':
      return hostileValues(inner(schema.wrapped));
    case 'variant':
    case 'union':
      return (schema.options as readonly AnySchema[]).flatMap((option) => hostileValues(inner(option)));
    case 'tuple':
      return [(schema.items ?? []).map((item) => hostileValues(inner(item))[0])];
    case 'array':
      return [hostileValues(inner(schema.item))];
    case 'object':
    case 'loose_object':
    case 'strict_object':
      return hostileObjects(schema.entries ?? {});
    default:
      throw new Error(`hostileValues knows no schema of the type ${schema.type}: teach it`);
  }
}

/** As many as the entry with the most values has; the others begin again. */
function hostileObjects(entries: Readonly<Record<string, AnySchema>>): readonly object[] {
  const all = Object.entries(entries).map(([key, schema]) => [key, hostileValues(inner(schema))] as const);
  const count = Math.max(1, ...all.map(([, values]) => values.length));
  return Array.from({ length: count }, (_, nth) =>
    Object.fromEntries(all.map(([key, values]) => [key, values[nth % values.length]])),
  );
}

function firstAccepted(schema: v.GenericSchema, candidates: readonly unknown[]): unknown {
  const accepted = candidates.find((candidate) => v.safeParse(schema, candidate).success);
  if (accepted === undefined) throw new Error(`hostileValues has no candidate for ${JSON.stringify(schema)}`);
  return accepted;
}

function inner(schema: AnySchema | undefined): v.GenericSchema {
  return schema as unknown as v.GenericSchema;
}
