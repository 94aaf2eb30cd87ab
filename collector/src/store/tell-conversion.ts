import { formatBytes } from '@trimtab/protocol/shared';
import type { Log } from '../ports/log.ts';
import type { SqlDatabase } from '../ports/sql-database.ts';

/** Tells of all that is done to the database of an older version, once before it and once after. */
export interface ConversionTeller {
  /** Called before each part of it; only the first is told. */
  begin(): Promise<void>;
  /** Tells nothing where nothing had to be done. */
  end(): Promise<void>;
}

/**
 * Nobody is answered while a large database is converted and its file written anew: whoever starts the collector sees
 * why it does not listen yet.
 */
export function createConversionTeller({
  database,
  path,
  log,
}: {
  readonly database: Pick<SqlDatabase, 'file'>;
  readonly path: string;
  readonly log: Pick<Log, 'info'>;
}): ConversionTeller {
  let isTold = false;
  const { file } = database;
  const tell = async (words: string) => {
    const size = file === null ? {} : { size: formatBytes(await file.countBytes()) };
    log.info({ path, ...size }, words);
  };
  return {
    async begin() {
      if (isTold) return;
      isTold = true;
      await tell(BEGINS);
    },
    async end() {
      if (isTold) await tell('the database has the form of this version now');
    },
  };
}

/** Measured: 95 MiB in 6 s where trims are large, 6 MiB in 1 s where they are small. */
const BEGINS =
  'the database of an older version gets the form of this one, which takes about a minute for each 500 MiB; agents and commands are answered after that';
