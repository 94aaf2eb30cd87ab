import type { TrimAccount } from '../../../model/trim-account.ts';
import type { OpenTrim } from '../../../ports/store/open-trims.ts';
import type { HowLost } from '../trim-model.ts';

/** The beginning of a sentence. */
export const HOW_LOST: Readonly<Record<HowLost, string>> = {
  'qemu-ended': 'The guest’s QEMU ended before its agent told how the trim went',
  'started-anew': 'The guest was started anew before its agent told how the trim went',
  'qemu-ga-ended': 'qemu-guest-agent ended or fell silent in the middle, and did not tell how the trim went',
  'qemu-ga-failed': 'qemu-guest-agent answered with an error, and did not tell how far the trim came',
  'libvirt-ended':
    'libvirt ended or fell silent in the middle, and with it the answer of qemu-guest-agent, which may trim on',
  'collector-started-anew':
    'The collector was started anew before qemu-guest-agent told how the trim went, and it tells nobody else',
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
        message: HOW_LOST[how],
        hint: 'What it had discarded by then stays discarded.',
      },
      again: false,
    })),
    layers: [],
    limitsAfter: [],
  };
}
