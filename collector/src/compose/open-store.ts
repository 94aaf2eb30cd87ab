import { dirname } from 'node:path';
import { Fault, toCause } from '@trimtab/protocol/shared';
import { makeFolder } from '../io/make-folder.ts';
import { openSqlDatabase } from '../io/sqlite.ts';
import type { Store } from '../ports/store/store.ts';
import { createStore } from '../store/create-store.ts';

/** Opens the database file `path`, and makes it and its folder where they are missing. Throws Faults `store-…`. */
export async function openStore(path: string): Promise<Store> {
  const folder = dirname(path);
  try {
    await makeFolder(folder, 0o750);
  } catch (error) {
    throw new Fault({
      code: 'store-not-writable',
      operation: 'make the folder of the database',
      subject: folder,
      cause: toCause(error),
      hint: 'Make it by hand, writable for the collector, or choose another --state-directory.',
    });
  }
  return createStore({ database: openSqlDatabase(path), path });
}
