import { type JoinedCollector, sharePin } from '../model/joined.ts';

/**
 * What stays beside a collector that is joined anew: all others. Its own entry is known by a key; where the host has lost
 * its keys, by an address.
 */
export function replaceJoined({
  collectors,
  anew,
}: {
  collectors: readonly JoinedCollector[];
  anew: JoinedCollector;
}): readonly JoinedCollector[] {
  const others = collectors.filter((each) => each !== anew);
  const byPin = others.filter((each) => sharePin(each, anew));
  const former = byPin.length > 0 ? byPin : others.filter((each) => shareAddress(each, anew));
  return collectors.filter((each) => !former.includes(each));
}

function shareAddress(one: JoinedCollector, other: JoinedCollector): boolean {
  return one.addresses.some((address) => other.addresses.includes(address));
}
