import { randomUUID } from 'node:crypto';
import { diskHint, Fault, toCause } from '@trimtab/protocol/shared';
import { keepHostId } from '../io/host-id.ts';
import { makeFolder } from '../io/make-folder.ts';
import { openSqlDatabase } from '../io/sqlite.ts';
import type { GuestId } from '../model/guest-id.ts';
import type { HostId } from '../model/host-id.ts';
import type { Store } from '../ports/store/store.ts';
import { createStore } from '../store/create-store.ts';

/**
 * Opens what this host keeps in its state directory, the database `trimtab.sqlite` and the file `host-id`, and makes
 * what is missing. Throws Faults `store-…` and `host-id-…`.
 */
export async function openStore(stateDirectory: string): Promise<Store> {
  try {
    await makeFolder(stateDirectory, 0o750);
  } catch (error) {
    throw new Fault({
      code: 'store-not-writable',
      operation: 'make the folder of the database',
      subject: stateDirectory,
      cause: toCause(error),
      hint: diskHint({
        error,
        otherwise: 'Make it by hand, writable for the collector, or choose another --state-directory.',
      }),
    });
  }
  const hostId = await keepHostId({
    path: `${stateDirectory}/host-id`,
    newId: () => randomUUID() as string as HostId,
  });
  const path = `${stateDirectory}/trimtab.sqlite`;
  return createStore({
    database: openSqlDatabase(path),
    path,
    hostId,
    newGuestId: () => randomUUID() as string as GuestId,
  });
}
