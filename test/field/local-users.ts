import type { FieldCase } from './field-case.ts';

/** What local users and programs that hang did to the collector. */
export const LOCAL_USERS: readonly FieldCase[] = [];
