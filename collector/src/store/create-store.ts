import { toReason } from '@trimtab/protocol/shared';
import { Kysely } from 'kysely';
import type { GuestId } from '../model/guest-id.ts';
import type { HostId } from '../model/host-id.ts';
import type { Log } from '../ports/log.ts';
import type { DatabaseFile, SqlDatabase } from '../ports/sql-database.ts';
import type { Store } from '../ports/store/store.ts';
import { forgetWaiting, listAlertStates, listEndedAlerts, listWaitingNotices, saveAlerts } from './alerts.ts';
import { createCutter } from './cut-history.ts';
import { createDialect, ROWS_LIE_BY_KEY } from './dialect.ts';
import { keepForecasts, listKeptForecasts } from './forecasts.ts';
import { countTrims, findGuests, forgetGuest, listGuests, sawGuests } from './guests.ts';
import { listJobs, saveJobs } from './jobs.ts';
import { findTrims, listEarlier, listTrims } from './list-trims.ts';
import { migrate } from './migrate.ts';
import { addNotices, endDeliveries, forgetNotices, listPending, listStanding } from './notices.ts';
import { findOpenTrim, insertOpenTrim, listOpenTrims, withdrawTrim } from './open-trims.ts';
import { recogniseGuest } from './recognise.ts';
import { refuseOtherHost } from './refuse-other-host.ts';
import { renameGuest } from './rename-guest.ts';
import type { Kept } from './samples/prune.ts';
import { createSamples } from './samples/samples.ts';
import { addSilence, listSilences, removeSilences } from './silences.ts';
import type { Tables } from './tables.ts';
import { type ConversionTeller, createConversionTeller } from './tell-conversion.ts';
import { tellCut } from './tell-cut.ts';
import { closeTrim, findTrim, storeAmendment } from './trims.ts';
import { createWhoMay } from './who-may.ts';

export interface StoreDeps {
  readonly database: SqlDatabase;
  /** Of the database, for messages. */
  readonly path: string;
  readonly hostId: HostId;
  /** What all trims together may take, rule [ST19]. */
  readonly historyBytes: number;
  /** Levels and their roll-ups. */
  readonly kept: Kept;
  readonly log: Pick<Log, 'info' | 'warn'>;
  newGuestId(): GuestId;
  /** Lets others have their turn, in the middle of long work, or so long. */
  pause(ms?: number): Promise<void>;
}

/**
 * What one host keeps in an open database, which is migrated first and closed at the end. A history that is too large is
 * cut while others have their turns. Throws the Faults of `migrate` and `store-other-host`; the database is closed then.
 */
export async function createStore(deps: StoreDeps): Promise<Store> {
  const { database, path, hostId, historyBytes, kept, log, newGuestId, pause } = deps;
  const db = new Kysely<Tables>({ dialect: createDialect(database) });
  const rows = { db, hostId };
  try {
    const conversion = createConversionTeller({ database, path, log });
    const rowsLieByKey = ROWS_LIE_BY_KEY[database.kind];
    await migrate({ db, kind: database.kind, path, hostId, newGuestId, rowsLieByKey, onOlder: conversion.begin });
    if (database.file !== null) {
      await refuseOtherHost(rows, path);
      await makeShrinkable({ ...deps, file: database.file, conversion });
    }
    await conversion.end();
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const cutter = createCutter({
    rows,
    mostBytes: historyBytes,
    shrink: database.file?.shrink ?? (async () => false),
    pause,
    onCut: (cut) => tellCut({ cut, historyBytes, log }),
    onFailed: (error) => log.warn({ reason: toReason(error) }, 'the history could not be cut to its bound'),
  });
  cutter.wake(null);
  const samples = createSamples({ rows, kept, log, pause });
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
    closeTrim: (closed) => closeTrim({ db, hostId, mostBytes: historyBytes, onOver: cutter.wake }, closed),
    amendTrim: (amendment) => storeAmendment(rows, amendment),
    findTrim: (trim) => findTrim(rows, trim),
    findTrims: (wanted) => findTrims(rows, wanted),
    history: (query) => listTrims(rows, query),
    earlierTrims: (query) => listEarlier(rows, query),
    saveJobs: (changes) => saveJobs(rows, changes),
    jobs: () => listJobs(rows),
    addSamples: samples.addSamples,
    points: samples.points,
    pointsOfKind: samples.pointsOfKind,
    series: samples.series,
    forgetSeries: samples.forgetSeries,
    alertStates: () => listAlertStates(rows),
    saveAlerts: (changes) => saveAlerts(rows, changes),
    endedAlerts: (limit) => listEndedAlerts(rows, limit),
    waitingNotices: () => listWaitingNotices(rows),
    postedNotices: (ids) => forgetWaiting(rows, ids),
    silences: () => listSilences(rows),
    addSilence: (silence) => addSilence(rows, silence),
    removeSilences: (ids) => removeSilences(rows, ids),
    addNotices: (added) => addNotices(rows, added),
    pendingNotices: () => listPending(rows),
    endDeliveries: (ended) => endDeliveries(rows, ended),
    standingAlerts: () => listStanding(rows),
    forgetNotices: (postedBefore) => forgetNotices(rows, postedBefore),
    keepForecasts: (kept) => keepForecasts(rows, kept),
    keptForecasts: (days) => listKeptForecasts(rows, days),
    ...createWhoMay(rows, () => newGuestId().slice(-8)),
    async close() {
      await samples.stop();
      await cutter.stop();
      await db.destroy();
    },
  };
}

/** Without it the file keeps its size, and nothing else is wrong. Tried again at the next start. */
async function makeShrinkable({
  file,
  path,
  log,
  conversion,
}: Pick<StoreDeps, 'path' | 'log'> & {
  readonly file: DatabaseFile;
  readonly conversion: ConversionTeller;
}): Promise<void> {
  try {
    if (await file.isShrinkable()) return;
    await conversion.begin();
    await file.makeShrinkable();
  } catch (error) {
    log.warn({ path, reason: toReason(error) }, 'the database could not be written anew, so its file keeps its size');
  }
}
