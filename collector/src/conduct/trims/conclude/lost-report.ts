import type { TrimAccount } from '../../../model/trim-account.ts';
import type { OpenTrim } from '../../../ports/store/open-trims.ts';
import type { HowLost } from '../trim-model.ts';

export const HOW_LOST: Readonly<Record<HowLost, string>> = {
  'qemu-ended': 'the guest’s QEMU ended',
  'started-anew': 'the guest was started anew',
};

/**
 * What stands in the place of the report that the guest has not sent. Of what it counted nothing is known, nor when it
 * began or ended: the grant is the host's own.
 */
export function toLostReport({ open, how }: { open: OpenTrim; how: HowLost }): TrimAccount {
  const { id, trigger, requestId, grantedAt, planned } = open;
  return {
    id,
    trigger,
    requestId,
    granted: true,
    startedAt: grantedAt,
    durationMs: null,
    filesystems: planned.map((filesystem) => ({
      ...filesystem,
      durationMs: null,
      outcome: {
        status: 'failed',
        message: `${HOW_LOST[how]} before its agent told how the trim went`,
        hint: 'What it had discarded by then stays discarded.',
      },
      again: false,
    })),
    layers: [],
    limitsAfter: [],
  };
}
