import { MOST_ADDRESSES } from '@trimtab/protocol';
import { type JoinedChange, type JoinedCollector, sharePin } from '../model/joined.ts';

/** What is to be kept after a session found something out; a collector that is not there any more stays away. */
export function changeJoined({
  collectors,
  change,
  now,
}: {
  collectors: readonly JoinedCollector[];
  change: JoinedChange;
  now: number;
}): readonly JoinedCollector[] {
  const changed = collectors.map((collector) =>
    collector.seed === change.seed || collector.renewedSeed === change.seed
      ? changeOne({ collector, change, now })
      : collector,
  );
  return change.kind === 'welcomed' ? leaveFormer({ collectors: changed, seed: change.seed }) : changed;
}

/** Who is welcomed by a new key needs the one no more that it had at the same collector. */
function leaveFormer({
  collectors,
  seed,
}: {
  collectors: readonly JoinedCollector[];
  seed: string;
}): readonly JoinedCollector[] {
  const welcomed = collectors.find((collector) => collector.seed === seed);
  return welcomed === undefined
    ? collectors
    : collectors.filter((each) => each === welcomed || !sharePin(each, welcomed));
}

function changeOne({
  collector,
  change,
  now,
}: {
  collector: JoinedCollector;
  change: JoinedChange;
  now: number;
}): JoinedCollector {
  switch (change.kind) {
    case 'welcomed':
      // By the key that it had made: the one before is another guest's.
      return {
        ...collector,
        seed: change.seed,
        renewedSeed: null,
        name: change.name,
        joinedAt: collector.joinedAt ?? now,
        tokenSeed: null,
      };
    case 'renewing':
      return { ...collector, seed: change.seed, renewedSeed: change.renewedSeed };
    case 'not-renewed':
      return { ...collector, renewedSeed: null };
    case 'learned':
      return { ...collector, pins: change.pins, addresses: keepWayBack({ collector, told: change.addresses }) };
  }
}

/** A collector that tells of no address, or of none that leads to it from here, is not lost by that. */
function keepWayBack({ collector, told }: { collector: JoinedCollector; told: readonly string[] }): readonly string[] {
  const known = collector.addresses.filter((address) => !told.includes(address));
  return [...told, ...known].slice(0, MOST_KEPT_ADDRESSES);
}

/** Of one collector: those that it told of last, and as many that led to it before. */
export const MOST_KEPT_ADDRESSES = 2 * MOST_ADDRESSES;
