import { AGAIN_CASES } from './cases/again.ts';
import { BLOCK_JOB_CASES } from './cases/block-jobs.ts';
import { HELD_CASES } from './cases/held.ts';
import { HOST_FILESYSTEMS_CASES } from './cases/host-filesystems.ts';
import { LAYERS_CASES } from './cases/layers.ts';
import { LOST_IN_GUEST_CASES } from './cases/lost-in-guest.ts';
import { LOST_IN_QEMU_CASES } from './cases/lost-in-qemu.ts';
import { RECLAIMED_CASES } from './cases/reclaimed.ts';
import { REFUSING_LAYERS_CASES } from './cases/refusing-layers.ts';
import { REMEMBERED_CASES } from './cases/remembered.ts';
import { UNREACHED_CASES } from './cases/unreached.ts';
import type { LabCase } from './lab-case.ts';

export const LAB_CASES: readonly LabCase[] = [
  ...RECLAIMED_CASES,
  ...LAYERS_CASES,
  ...REFUSING_LAYERS_CASES,
  ...LOST_IN_QEMU_CASES,
  ...BLOCK_JOB_CASES,
  ...LOST_IN_GUEST_CASES,
  ...HELD_CASES,
  ...HOST_FILESYSTEMS_CASES,
  ...UNREACHED_CASES,
  ...AGAIN_CASES,
  ...REMEMBERED_CASES,
];

export const CASE_NAMES: readonly string[] = LAB_CASES.map(({ name }) => name);
