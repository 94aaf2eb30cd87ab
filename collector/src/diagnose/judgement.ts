import { type Cause, type Found, pageOf } from '@trimtab/protocol/causes';
import type { DiskResult } from '../model/trim-result.ts';
import { formatFix } from './format-fix.ts';

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

/** A cause that was found, as a verdict. */
export function toJudgement(cause: Cause, found: Found): Judgement {
  const { sentence, evidence, fix } = found;
  return {
    verdict: VERDICTS[cause.effect],
    lostAt: cause.effect === 'lost' ? cause.hop : null,
    cause: cause.id,
    sentence,
    evidence,
    fix: fix === null ? null : formatFix(fix),
    remedy: fix,
    needsPowerCycle: fix?.needsPowerCycle ?? null,
    page: pageOf(cause),
    reclaimedBetween: null,
  };
}

const VERDICTS = {
  lost: 'lost',
  held: 'held',
  stale: 'stale',
  unmeasurable: 'unmeasurable',
  inconclusive: 'inconclusive',
  note: 'inconclusive',
} as const;

/** What a verdict without a cause leaves empty. */
export const NOTHING = {
  lostAt: null,
  cause: null,
  evidence: [],
  fix: null,
  remedy: null,
  needsPowerCycle: null,
  page: null,
  reclaimedBetween: null,
} as const;

export function nothing(sentence: string): Judgement {
  return { ...NOTHING, verdict: 'nothing-to-reclaim', sentence };
}

export function inconclusive(why: string): Judgement {
  return { ...NOTHING, verdict: 'inconclusive', sentence: `What came back cannot be told: ${why}.` };
}
