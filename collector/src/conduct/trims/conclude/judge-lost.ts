import { formatBytes } from '@trimtab/protocol/shared';
import { type Judgement, NOTHING } from '../../../diagnose/judgement.ts';
import { isSome } from '../../../model/significant.ts';
import type { HowLost } from '../trim-model.ts';
import { HOW_LOST } from './lost-report.ts';

/** Nobody knows how far the trim came, so that nothing is concluded but what the host saw by itself. */
export function judgeLost({ how, reclaimedBytes }: { how: HowLost; reclaimedBytes: number | null }): Judgement {
  const seen =
    reclaimedBytes === null
      ? 'How far the image fell could not be measured'
      : isSome(reclaimedBytes)
        ? `From the grant until then the image fell by ${formatBytes(reclaimedBytes)}`
        : 'From the grant until then the image did not fall';
  return {
    ...NOTHING,
    verdict: 'inconclusive',
    sentence: `${HOW_LOST[how]}. ${seen}.`,
  };
}
