import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Runs a statement with the values of one call. */
export type Statement<Values, Row> = (db: Kysely<Tables>, values: Values) => Promise<readonly Row[]>;

/**
 * A statement that every trim needs: it is put together once, at its first call, since that takes several times what
 * the database takes to carry it out. `write` is called with a place for each value, so that it cannot decide by them. A
 * process has one kind of database.
 */
export function statement<Values extends object, Row>(
  write: (db: Kysely<Tables>, values: Values) => Compilable<Row>,
): Statement<Values, Row> {
  let compiled: CompiledQuery<Row> | null = null;
  return async (db, values) => {
    compiled ??= write(db, PLACES as Values).compile();
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
