import { type Fault, toReason } from '@trimtab/protocol/shared';
import { thin, type Waiting } from '../../../alert/backlog.ts';
import type { Notice } from '../../../model/alert.ts';
import type { Log } from '../../../ports/log.ts';
import { REFUSED_FOR_GOOD } from '../../../ports/notice-sender.ts';

/** What nobody could take for so long is given up, after one more attempt. */
export const KEPT_MS = 7 * 86_400_000;

/** So often a receiver may say that it never takes one, before that one is given up for those behind it. */
export const MOST_REFUSALS = 8;

/** The notices that wait for one receiver, in their order. */
export interface Line {
  all(): readonly Waiting[];
  add(waiting: Waiting): void;
  /** It is delivered. */
  end(waiting: Waiting): void;
  /** It was not taken: too old, or refused again and again, it is not tried any more. */
  giveUp(failed: { readonly waiting: Waiting; readonly error: Fault; readonly now: number }): void;
}

export function createLine({
  name,
  log,
  left,
  ended,
}: {
  /** Of the sender. */
  readonly name: string;
  readonly log: Pick<Log, 'warn' | 'error'>;
  /** From before. */
  readonly left: readonly Waiting[];
  readonly ended: (notices: readonly Notice[]) => void;
}): Line {
  let waiting: readonly Waiting[] = [];
  /** Which one was refused last, and how often in a row. */
  let refused: { readonly one: Waiting; readonly times: number } | null = null;

  function set(all: readonly Waiting[]): void {
    const { kept, needless, dropped } = thin(all);
    waiting = kept;
    if (dropped.length > 0)
      log.warn(
        { sender: name, notices: dropped.length },
        'too many notices wait for a receiver; the oldest are dropped',
      );
    ended([...needless, ...dropped].map(({ notice }) => notice));
  }

  function takeOut(one: Waiting): void {
    waiting = waiting.filter((other) => other !== one);
    ended([one.notice]);
  }

  set(left);
  return {
    all: () => waiting,
    add: (one) => set([...waiting, one]),
    end: takeOut,
    giveUp({ waiting: one, error, now }) {
      // A newer one may stand for it since it was tried.
      if (!waiting.includes(one)) return;
      const before = refused?.one === one ? refused.times : 0;
      const times = error.detail.code === REFUSED_FOR_GOOD ? before + 1 : 0;
      refused = { one, times };
      if (now - one.postedAt <= KEPT_MS && times < MOST_REFUSALS) return;
      const { sentence } = one.notice.alert;
      log.error({ sender: name, notice: sentence, reason: toReason(error) }, 'a notice is given up');
      takeOut(one);
    },
  };
}
