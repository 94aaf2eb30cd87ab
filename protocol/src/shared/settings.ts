import { Fault, toCause } from './fault.ts';

/**
 * One key of a program's configuration: in its TOML file, as a flag and as an environment variable, all from this
 * entry.
 */
export interface Setting<Value> {
  readonly describe: string;
  /** `ADDRESS:PORT`, as help shows the value; empty for a flag that takes none. */
  readonly placeholder: string;
  /** `192.0.2.1:7461`, a value that can be given, as a shell takes it. */
  readonly example: string;
  /** The flag may be given several times; `parse` then takes a list. */
  readonly repeats?: true;
  /** Shown by help; parsed like any other value. */
  readonly default: unknown;
  /** Takes what TOML, a flag or the environment gave. Throws an Error whose message says what was expected. */
  readonly parse: (raw: unknown) => Value;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds settings of many types; Settings<Table> restores each
export type SettingsTable = Readonly<Record<string, Setting<any>>>;

export type Settings<Table extends SettingsTable> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never;
};

/** What was given, and where: flags before the environment before the file before the defaults. */
export interface SettingSources {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `TRIMTAB_` or `TRIMTAB_AGENT_`. */
  readonly environmentPrefix: string;
  readonly file: { readonly path: string; readonly content: Readonly<Record<string, unknown>> } | null;
}

/** Every setting of the table, from the first source that gives it. Throws a Fault that names the key and the place. */
export function resolveSettings<Table extends SettingsTable>(table: Table, sources: SettingSources): Settings<Table> {
  const { settings, faults } = trySettings(table, sources);
  if (settings === null) throw faults[0];
  return settings;
}

/** The same with all that is wrong at once; null where something is. */
export function trySettings<Table extends SettingsTable>(
  table: Table,
  sources: SettingSources,
): { readonly settings: Settings<Table> | null; readonly faults: readonly Fault[] } {
  const faults = findUnknownKeys(table, sources.file);
  const entries = Object.entries(table).map(([key, setting]) => {
    const { raw, place } = findSetting(key, setting.default, sources);
    try {
      return [key, setting.parse(raw)];
    } catch (error) {
      faults.push(
        new Fault({
          code: 'bad-setting',
          operation: 'use a setting',
          subject: place,
          cause: toCause(error),
          hint: `${setting.describe}. Example: ${`--${toFlag(key)} ${setting.example}`.trimEnd()}`,
        }),
      );
      return [key, null];
    }
  });
  return { settings: faults.length === 0 ? (Object.fromEntries(entries) as Settings<Table>) : null, faults };
}

/** `trimAtOnce` → `trim-at-once`, as TOML key and flag. */
export function toFlag(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What a setting says of itself, in the middle of a line of help. */
export function toPhrase(describe: string): string {
  return describe.charAt(0).toLowerCase() + describe.slice(1);
}

/** `trimAtOnce` → `TRIMTAB_TRIM_AT_ONCE`. */
export function toVariable({ key, prefix }: { readonly key: string; readonly prefix: string }): string {
  return prefix + toFlag(key).replaceAll('-', '_').toUpperCase();
}

function findSetting(key: string, fallback: unknown, sources: SettingSources): { raw: unknown; place: string } {
  const flag = sources.flags[key];
  if (flag !== undefined) return { raw: flag, place: `--${toFlag(key)}` };
  const variable = toVariable({ key, prefix: sources.environmentPrefix });
  const fromEnvironment = sources.environment[variable];
  if (fromEnvironment !== undefined) return { raw: fromEnvironment, place: variable };
  const fromFile = sources.file?.content[toFlag(key)];
  if (fromFile !== undefined) return { raw: fromFile, place: `${sources.file?.path}: ${toFlag(key)}` };
  return { raw: fallback, place: `the default of ${toFlag(key)}` };
}

function findUnknownKeys(table: SettingsTable, file: SettingSources['file']): Fault[] {
  if (file === null) return [];
  const known = Object.keys(table).map(toFlag);
  return Object.keys(file.content)
    .filter((key) => !known.includes(key))
    .map(
      (key, index) =>
        new Fault({
          code: 'bad-setting',
          operation: 'use a setting',
          subject: `${file.path}: ${key}`,
          cause: 'there is no such key',
          // Said once, of however many.
          hint: index === 0 ? `Keys: ${known.join(', ')}.` : null,
        }),
    );
}
