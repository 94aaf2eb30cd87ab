import type { FieldCase } from './field-case.ts';

/** What a long history cost. */
export const STORED_HISTORY: readonly FieldCase[] = [];
