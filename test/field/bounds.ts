import type { FieldCase } from './field-case.ts';

/** What many connections, many words and many bytes did. */
export const BOUNDS: readonly FieldCase[] = [];
