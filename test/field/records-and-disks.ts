import type { FieldCase } from './field-case.ts';

/** Records, texts, clocks and full disks. */
export const RECORDS_AND_DISKS: readonly FieldCase[] = [];
