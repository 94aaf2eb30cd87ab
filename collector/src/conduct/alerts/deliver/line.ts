import { type Fault, toReason } from '@trimtab/protocol/shared';
import { thin, type Waiting } from '../../../alert/backlog.ts';
import { pickTogether, toGroupId, toGroupNotice } from '../../../alert/group.ts';
import type { Notice } from '../../../model/alert.ts';
import type { Log } from '../../../ports/log.ts';
import { type NoticeSender, REFUSED_FOR_GOOD } from '../../../ports/notice-sender.ts';

/** What nobody could take for so long is given up, after one more attempt. */
export const KEPT_MS = 7 * 86_400_000;

/** So often a receiver may say that it never takes one, before that one is given up for those behind it. */
export const MOST_REFUSALS = 8;

/** What is told at one time: a notice, or many that are told as one. */
export interface Parcel {
  readonly notice: Notice;
  /** Those that are told by it. */
  readonly holds: readonly Waiting[];
}

/** The notices that wait for one receiver, in their order. */
export interface Line {
  all(): readonly Waiting[];
  /**
   * What is to be told now; null where nothing waits. It is the same until it is taken or given up, whatever comes
   * meanwhile, for nobody knows whether an attempt that failed was heard: under its id it is told once.
   */
  next(): Parcel | null;
  add(waiting: readonly Waiting[]): void;
  /** It is delivered. */
  end(parcel: Parcel): void;
  /** It was not taken: too old, or refused again and again, it is not tried any more. */
  giveUp(failed: { readonly parcel: Parcel; readonly error: Fault; readonly now: number }): void;
}

export function createLine({
  sender: { name, groups },
  log,
  left,
  ended,
}: {
  readonly sender: Pick<NoticeSender, 'name' | 'groups'>;
  readonly log: Pick<Log, 'warn' | 'error'>;
  /** From before. */
  readonly left: readonly Waiting[];
  readonly ended: (notices: readonly Notice[]) => void;
}): Line {
  let waiting: readonly Waiting[] = [];
  let tried: Parcel | null = null;
  /** Which one was refused last, and how often in a row. */
  let refused: { readonly one: Waiting; readonly times: number } | null = null;
  /** Those of a group that was refused outright: each is told by itself, so that one keeps no other from being told. */
  const alone = new WeakSet<Waiting>();

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

  function takeOut(some: readonly Waiting[]): void {
    waiting = waiting.filter((other) => !some.includes(other));
    ended(some.map(({ notice }) => notice));
  }

  /** After one more attempt that failed. */
  function isHopeless(one: Waiting, isRefused: boolean): boolean {
    const before = refused?.one === one ? refused.times : 0;
    refused = { one, times: isRefused ? before + 1 : 0 };
    return refused.times >= MOST_REFUSALS;
  }

  function pick(): Parcel | null {
    const some = pickTogether(waiting, (one) => !groups || alone.has(one));
    return toParcel(some, toGroupId(some.map(({ notice }) => notice)));
  }

  set(left);
  return {
    all: () => waiting,
    next() {
      // A newer one may stand for some of them since they were tried.
      const still = tried?.holds.filter((one) => waiting.includes(one)) ?? [];
      const isSame = tried !== null && still.length === tried.holds.length;
      if (!isSame) tried = still.length > 1 && tried !== null ? toParcel(still, tried.notice.id) : pick();
      return tried;
    },
    add: (more) => set([...waiting, ...more]),
    end({ holds }) {
      tried = null;
      takeOut(holds.filter((one) => waiting.includes(one)));
    },
    giveUp({ parcel: { notice, holds }, error, now }) {
      const still = holds.filter((one) => waiting.includes(one));
      const isRefused = error.detail.code === REFUSED_FOR_GOOD;
      if (isRefused && holds.length > 1) {
        for (const one of still) alone.add(one);
        tried = null;
      }
      const over = still.filter(
        (one) => (holds.length === 1 && isHopeless(one, isRefused)) || now - one.postedAt > KEPT_MS,
      );
      if (over.length === 0) return;
      const { sentence } = notice.alert;
      log.error(
        { sender: name, notice: sentence, notices: over.length, reason: toReason(error) },
        'a notice is given up',
      );
      takeOut(over);
    },
  };
}

/** Null of none. */
function toParcel(holds: readonly Waiting[], groupId: string): Parcel | null {
  const [first, ...others] = holds.map(({ notice }) => notice);
  if (first === undefined) return null;
  return { notice: others.length === 0 ? first : toGroupNotice(groupId, [first, ...others]), holds };
}
