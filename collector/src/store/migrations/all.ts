import type { Migration } from 'kysely/migration';
import { guestsAndTrims } from './001-guests-and-trims.ts';
import { createHostsAndIdentities } from './002-hosts-and-identities.ts';
import { jobs } from './003-jobs.ts';
import { lostGuests } from './004-lost-guests.ts';
import { summaries } from './005-summaries.ts';
import { jobOrder } from './006-job-order.ts';
import { historyInOrder } from './007-history-in-order.ts';
import { createSamplesTables } from './008-samples.ts';
import { forecasts } from './010-forecasts.ts';
import type { MigrationDeps } from './migration-deps.ts';

/** In order; imported by name, so that a bundle holds them. The names are stored in each database and never change. */
export function createMigrations(deps: MigrationDeps): Readonly<Record<string, Migration>> {
  return {
    '001-guests-and-trims': guestsAndTrims,
    '002-hosts-and-identities': createHostsAndIdentities(deps),
    '003-jobs': jobs,
    '004-lost-guests': lostGuests,
    '005-summaries': summaries,
    '006-job-order': jobOrder,
    '007-history-in-order': historyInOrder,
    '008-samples': createSamplesTables(deps),
    '010-forecasts': forecasts,
  };
}
