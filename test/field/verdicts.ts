import type { FieldCase } from './field-case.ts';

/** Verdicts that were wrong. */
export const VERDICTS: readonly FieldCase[] = [];
