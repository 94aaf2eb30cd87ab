import type { Evidence } from '@trimtab/protocol/causes';
import { findContradictions } from '../../../correlate/contradictions.ts';
import type { Judgement } from '../../../diagnose/judgement.ts';
import type { Slack } from '../../../model/slack.ts';
import type { DiskResult } from '../../../model/trim-result.ts';
import type { CountedDisk } from './count-disk.ts';
import type { Gathered } from './gather.ts';
import { listGaps } from './sample-gaps.ts';

/** One disk of a trim's result. */
export function toDiskRow({
  gathered,
  counted,
  slackBefore,
  judgement,
}: {
  gathered: Gathered;
  counted: CountedDisk;
  slackBefore: Slack | null;
  judgement: Judgement;
}): DiskResult {
  const { device, path, from, to, said, writtenBytes, noise } = counted;
  return {
    device,
    image: path?.match.hostDisk?.image ?? null,
    matchedBy: path?.match.matchedBy ?? null,
    hops: said.hops,
    slack: slackBefore,
    writtenBytes,
    allocationBytes: { before: from?.allocationBytes ?? null, after: to?.allocationBytes ?? null },
    ...judgement,
    contradictions: [...findContradictions(said), ...findFalseGrant(gathered)],
    gaps: listGaps({ path, from, to, noise }),
  };
}

function findFalseGrant({ report, before }: Gathered): readonly Evidence[] {
  if (!report.granted || before !== null) return [];
  return [{ fact: 'granted', value: 'the guest says that this host granted the trim, and it granted none' }];
}
