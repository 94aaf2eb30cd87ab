import { quote } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import { formatPercent, HOUR_MS, type Rule, standOf, together, toPercent } from '../rule.ts';

/** Of what its images take, in percent. */
const SLACK_SHARE = 25;
const LOWER = 0.8;

/** A guest whose images hold far more than it uses, for days: by the lower bound, which no structure explains. */
export const slack: Rule = {
  read: ({ guests }, { alertSlack }) =>
    (guests ?? []).flatMap(({ name, slack }) => {
      if (slack === null || slack.allocationBytes <= 0) return [];
      const { leastBytes, allocationBytes } = slack;
      const share = toPercent(leastBytes / allocationBytes);
      return [
        {
          rule: 'slack',
          subject: name,
          stands: together([
            standOf({ figure: leastBytes, mark: alertSlack, lower: alertSlack * LOWER }),
            standOf({ figure: share, mark: SLACK_SHARE, lower: SLACK_SHARE * LOWER }),
          ]),
          severity: 'warning',
          sentence: `The images of ${name} hold at least ${formatBytes(leastBytes)} that it does not use, ${formatPercent(share)} of what they take.`,
          hint: `trimtab trim ${quote(name)} may bring it back; trimtab doctor ${quote(name)} says what keeps it.`,
          values: { slackAtLeastBytes: leastBytes, allocationBytes, slackPercent: share },
          badness: { level: leastBytes, step: alertSlack },
        },
      ];
    }),
  timing: ({ alertSlackAfter }) => ({ startAfterMs: alertSlackAfter, endAfterMs: HOUR_MS }),
};
