import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Runs a statement with the values of one call. */
export type Statement<Values, Row> = (db: Kysely<Tables>, values: Values) => Promise<readonly Row[]>;

/**
 * A statement that every trim needs: it is put together once, at its first call, since that takes several times what
 * the database takes to carry it out, for each kind of database that the process has. `write` is called with a place for
 * each value, so that it cannot decide by them.
 */
export function statement<Values extends object, Row>(
  write: (db: Kysely<Tables>, values: Values) => Compilable<Row>,
): Statement<Values, Row> {
  /** By the adapter, of which a kind of database has one (dialect.ts). */
  const byKind = new Map<object, CompiledQuery<Row>>();
  return async (db, values) => {
    const { adapter } = db.getExecutor();
    const compiled = byKind.get(adapter) ?? write(db, PLACES as Values).compile();
    byKind.set(adapter, compiled);
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Place ? values[parameter.name as keyof Values] : parameter,
    );
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}

class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const PLACES: object = new Proxy({}, { get: (_, name) => new Place(String(name)) });
