import { rise } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { Hold } from '../../coordinate/slots.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DiskSample } from '../../model/sample.ts';
import { SIGNIFICANT_BYTES } from '../../model/significant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Sampler } from '../measure/sampler.ts';
import { STILL_HOLD_MS, UNSEEN_HOLD_MS } from './trim-model.ts';

/** What the host has seen of a trim that has a slot. */
export interface SlotWatch {
  readonly takenMs: number;
  /** When it was last seen to discard, or first looked at. */
  seenMs: number;
  last: Samples | null;
}

export interface WatchSlotDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly sampler: Pick<Sampler, 'meanwhile'>;
}

export const newSlotWatch = (takenMs: number): SlotWatch => ({ takenMs, seenMs: takenMs, last: null });

/**
 * Is a trim to keep its slot? While nobody waits for it, it is. Else it keeps it by what the host sees of its discards;
 * where nothing can be seen, for some minutes. The guest's own word is not asked.
 */
export async function keepsSlot(
  { clock, log, sampler }: WatchSlotDeps,
  { hold, watch, paths }: { hold: Hold; watch: SlotWatch; paths: readonly DiskPath[] },
): Promise<boolean> {
  if (!hold.isWanted()) return true;
  const samples = await sampler.meanwhile(paths).catch((error) => {
    log.warn({ reason: toReason(error) }, 'whether a trim discards could not be seen');
    return {};
  });
  const nowMs = clock.monotonicMs();
  const { last } = watch;
  watch.last = samples;
  const isDiscarding = last === null ? true : findDiscards({ from: last, to: samples });
  if (isDiscarding === true) watch.seenMs = nowMs;
  return isDiscarding === null ? nowMs - watch.takenMs < UNSEEN_HOLD_MS : nowMs - watch.seenMs < STILL_HOLD_MS;
}

type Samples = Readonly<Record<string, DiskSample>>;

/** Did any disk take discards in between? Null where nothing can be seen of any. */
function findDiscards({ from, to }: { from: Samples; to: Samples }): boolean | null {
  const seen = Object.entries(to).flatMap(([device, after]) => {
    const before = Object.hasOwn(from, device) ? from[device] : undefined;
    return before === undefined ? [] : (hasDiscarded({ from: before, to: after }) ?? []);
  });
  return seen.length === 0 ? null : seen.includes(true);
}

/** QEMU counted some, or the image takes less. What the guest writes meanwhile may hide the second. */
function hasDiscarded({ from, to }: { from: DiskSample; to: DiskSample }): boolean | null {
  const [was, is] = from.counterEpoch === to.counterEpoch ? [from.counters, to.counters] : [null, null];
  const passedBytes = rise({ from: was?.passedBytes, to: is?.passedBytes });
  const countedBytes = passedBytes ?? rise({ from: was?.receivedBytes, to: is?.receivedBytes });
  const isMeasured = from.allocationBytes !== null && to.allocationBytes !== null;
  if (countedBytes === null && !isMeasured) return null;
  const fallBytes = (from.allocationBytes ?? 0) - (to.allocationBytes ?? 0);
  return (countedBytes ?? 0) > 0 || (isMeasured && fallBytes >= SIGNIFICANT_BYTES);
}
