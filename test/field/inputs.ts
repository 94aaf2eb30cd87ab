import type { FieldCase } from './field-case.ts';

/** Disks that vanished or were misread, and advice that failed. */
export const INPUTS: readonly FieldCase[] = [];
