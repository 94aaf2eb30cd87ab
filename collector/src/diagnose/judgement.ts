import type { DiskResult } from '../model/trim-result.ts';

/** The verdict on one disk: what it adds to the hops. */
export type Judgement = Pick<
  DiskResult,
  | 'verdict'
  | 'lostAt'
  | 'cause'
  | 'sentence'
  | 'evidence'
  | 'fix'
  | 'remedy'
  | 'needsPowerCycle'
  | 'page'
  | 'reclaimedBetween'
>;
