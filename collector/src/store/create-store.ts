import { Kysely } from 'kysely';
import type { GuestId } from '../model/guest-id.ts';
import type { HostId } from '../model/host-id.ts';
import type { SqlDatabase } from '../ports/sql-database.ts';
import type { Store } from '../ports/store/store.ts';
import { createDialect } from './dialect.ts';
import { countTrims, findGuests, forgetGuest, listGuests, sawGuests } from './guests.ts';
import { listJobs, saveJobs } from './jobs.ts';
import { findTrims, listEarlier, listTrims } from './list-trims.ts';
import { migrate } from './migrate.ts';
import { findOpenTrim, insertOpenTrim, listOpenTrims, withdrawTrim } from './open-trims.ts';
import { recogniseGuest } from './recognise.ts';
import { refuseOtherHost } from './refuse-other-host.ts';
import { renameGuest } from './rename-guest.ts';
import type { Tables } from './tables.ts';
import { closeTrim, findTrim, storeAmendment } from './trims.ts';

export interface StoreDeps {
  readonly database: SqlDatabase;
  /** Of the database, for messages. */
  readonly path: string;
  readonly hostId: HostId;
  /** What all trims together may take, rule [ST19]. */
  readonly historyBytes: number;
  newGuestId(): GuestId;
}

/**
 * What one host keeps in an open database, which is migrated first and closed at the end. Throws the Faults of
 * `migrate` and `store-other-host`; the database is closed then.
 */
export async function createStore({ database, path, hostId, historyBytes, newGuestId }: StoreDeps): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: createDialect(database) });
  const rows = { db, hostId };
  try {
    await migrate({ db, path, hostId, newGuestId });
    await refuseOtherHost(rows, path);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    recognise: (shown) => recogniseGuest({ db, hostId, newGuestId }, shown),
    rename: (renamed) => renameGuest(rows, renamed),
    sawGuests: (seen) => sawGuests(rows, seen),
    forgetGuest: (id) => forgetGuest(rows, id),
    countTrims: (id) => countTrims(rows, id),
    guests: () => listGuests(rows),
    findGuests: (words) => findGuests(rows, words),
    openTrim: (trim) => insertOpenTrim(rows, trim),
    findOpenTrim: (trim) => findOpenTrim(rows, trim),
    openTrims: (guestId) => listOpenTrims(rows, guestId),
    withdrawTrim: (trim) => withdrawTrim(rows, trim),
    closeTrim: (closed) => closeTrim({ db, hostId, mostBytes: historyBytes }, closed),
    amendTrim: (amendment) => storeAmendment(rows, amendment),
    findTrim: (trim) => findTrim(rows, trim),
    findTrims: (wanted) => findTrims(rows, wanted),
    history: (query) => listTrims(rows, query),
    earlierTrims: (query) => listEarlier(rows, query),
    saveJobs: (changes) => saveJobs(rows, changes),
    jobs: () => listJobs(rows),
    close: () => db.destroy(),
  };
}
