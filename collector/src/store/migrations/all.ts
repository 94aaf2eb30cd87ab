import type { Migration } from 'kysely/migration';
import { guestsAndTrims } from './001-guests-and-trims.ts';

/** In order; imported by name, so that a bundle holds them. The names are stored in each database and never change. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-guests-and-trims': guestsAndTrims,
};
