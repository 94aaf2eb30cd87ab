import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** Rows of one statement: of several sizes, so that each is put together once. */
const PIECES = [128, 16, 1] as const;

/** Writes rows; resolves with what the statement gives back. */
export type WriteRows<Row, Given> = (db: Kysely<Tables>, rows: readonly Row[]) => Promise<readonly Given[]>;

/**
 * Many rows in few statements, for a database of one kind: to put one together takes far longer than to carry it out.
 * All rows have their properties in the same order.
 */
export function createWriter<Row extends object, Given>(
  write: (db: Kysely<Tables>, rows: readonly Row[]) => Compilable<Given>,
): WriteRows<Row, Given> {
  const compiled = new Map<number, CompiledQuery<Given>>();
  return async (db, rows) => {
    const given: Given[] = [];
    for (let at = 0; at < rows.length; ) {
      const size = PIECES.find((piece) => piece <= rows.length - at) ?? 1;
      const piece = rows.slice(at, at + size);
      const query = compiled.get(size) ?? write(db, piece).compile();
      compiled.set(size, query);
      const parameters = piece.flatMap((row) => Object.values(row));
      given.push(...(await db.executeQuery<Given>({ ...query, parameters })).rows);
      at += size;
    }
    return given;
  };
}
