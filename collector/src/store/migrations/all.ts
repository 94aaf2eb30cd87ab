import type { Migration } from 'kysely/migration';
import { guestsAndTrims } from './001-guests-and-trims.ts';
import { createHostsAndIdentities } from './002-hosts-and-identities.ts';
import { jobs } from './003-jobs.ts';
import { lostGuests } from './004-lost-guests.ts';
import { summaries } from './005-summaries.ts';
import { jobOrder } from './006-job-order.ts';
import { allUntilHere } from './007-all-until-here.ts';
import { historyInOrder } from './007-history-in-order.ts';
import { createSamplesTables } from './008-samples.ts';
import { alerts } from './009-alerts.ts';
import { notices } from './010-notices.ts';
import { createOpenTrimMarks } from './011-open-trim-marks.ts';
import { forecasts } from './012-forecasts.ts';
import { whoMay } from './013-who-may.ts';
import { visits } from './014-visits.ts';
import type { MigrationDeps } from './migration-deps.ts';

/**
 * In order; imported by name, so that a bundle holds them. The names are stored in each database and never change. Those
 * from 008 on run on every kind of database.
 */
export function createMigrations(deps: MigrationDeps): Readonly<Record<string, Migration>> {
  return {
    ...UNTIL_007[deps.kind](deps),
    '008-samples': createSamplesTables(deps),
    '009-alerts': alerts,
    '010-notices': notices,
    '011-open-trim-marks': createOpenTrimMarks(deps),
    '012-forecasts': forecasts,
    '013-who-may': whoMay,
    '014-visits': visits,
  };
}

const UNTIL_007: Readonly<Record<MigrationDeps['kind'], (deps: MigrationDeps) => Record<string, Migration>>> = {
  sqlite: (deps) => ({
    '001-guests-and-trims': guestsAndTrims,
    '002-hosts-and-identities': createHostsAndIdentities(deps),
    '003-jobs': jobs,
    '004-lost-guests': lostGuests,
    '005-summaries': summaries,
    '006-job-order': jobOrder,
    '007-history-in-order': historyInOrder,
  }),
  postgres: () => ({ '007-all-until-here': allUntilHere }),
};
