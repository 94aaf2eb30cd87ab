import { ATTACK_SCRIPTS } from './attack-scripts.ts';
import { BOUNDS } from './bounds.ts';
import type { FieldCase } from './field-case.ts';
import { INPUTS } from './inputs.ts';
import { LOCAL_USERS } from './local-users.ts';
import { RECORDS_AND_DISKS } from './records-and-disks.ts';
import { STORED_HISTORY } from './stored-history.ts';
import { VERDICTS } from './verdicts.ts';

/** Everything that broke in the field and was mended: which test would tell if it broke again. */
export const FIELD_CASES: readonly FieldCase[] = [
  ...VERDICTS,
  ...INPUTS,
  ...LOCAL_USERS,
  ...BOUNDS,
  ...STORED_HISTORY,
  ...RECORDS_AND_DISKS,
  ...ATTACK_SCRIPTS,
];
