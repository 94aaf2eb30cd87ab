import * as v from 'valibot';

/** What checks a value of this type. */
export type SchemaOf<Value> = v.GenericSchema<unknown, Value>;

/** What checks an object; `entries` has a schema for each of its fields. */
export type ObjectSchemaOf<Model> = SchemaOf<Model> & {
  readonly type: 'loose_object';
  readonly entries: Readonly<Record<string, v.GenericSchema>>;
};

/**
 * The schemas of all fields of a model. One that is missing, unknown to the model or of another type does not compile.
 */
type EntriesOf<Model, Entries> = { readonly [Key in keyof Model]-?: unknown } & {
  readonly [Key in keyof Entries]: Key extends keyof Model ? EntryOf<Required<Model>[Key], Entries[Key]> : never;
};

type EntryOf<Value, Schema> = Schema extends v.GenericSchema
  ? [Value, v.InferOutput<Schema>] extends [v.InferOutput<Schema>, Value]
    ? Schema
    : never
  : never;

/**
 * The schema of an object of an answer, held to its model by the compiler, both ways. What is not in the model passes:
 * fields are added over time, and who reads them with `--json` gets those of a newer collector too.
 */
export function objectOf<Model>() {
  return <Entries extends v.ObjectEntries>(entries: Entries & EntriesOf<Model, Entries>) =>
    v.looseObject<v.ObjectEntries>(entries) as unknown as ObjectSchemaOf<Model>;
}

/** The schema of a union of objects that `key` tells apart; every member must have its schema. */
export function unionOf<Union>() {
  return <Options extends readonly ObjectSchemaOf<Union>[]>(
    key: keyof Union & string,
    options: [Union] extends [v.InferOutput<Options[number]>] ? Options : never,
  ) => v.variant(key, options as never) as unknown as SchemaOf<Union>;
}

export function listOf<Item>(item: SchemaOf<Item>): SchemaOf<readonly Item[]> {
  return v.array(item);
}

/** Bytes, counts and the like; null is "not measurable here". */
export const measured = v.nullable(v.number());

/** Text that is not always there. */
export const maybeText = v.nullable(v.string());
