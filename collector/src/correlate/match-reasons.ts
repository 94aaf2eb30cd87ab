import type { Disk } from '@trimtab/protocol';
import type { MatchKey } from '../model/disk-path.ts';
import type { HostDisk } from '../model/domain.ts';
import { contradicts, IDENTITY_KEYS } from './match-keys.ts';

interface Unmatched {
  readonly disk: Disk;
  readonly disks: readonly Disk[];
  readonly candidates: readonly { readonly hostDisk: HostDisk; readonly capacityBytes: number | null }[];
  readonly pairs: ReadonlyMap<
    Disk,
    { readonly candidate: { readonly hostDisk: HostDisk }; readonly matchedBy: MatchKey }
  >;
}

/** Why no image was found for a disk, for people: the end of "unmatched, because …". The most telling reason first. */
export function explainUnmatched(seen: Unmatched): string {
  const { disk, candidates } = seen;
  if (candidates.length === 0) return 'the host knows of no disk of this guest';
  for (const { agrees, describe } of IDENTITY_KEYS) {
    const value = describe(disk);
    if (value === null) continue;
    const reason = explainKey({ ...seen, value, agrees });
    if (reason !== null) return reason;
  }
  return explainSize(seen);
}

function explainKey({
  disk,
  disks,
  candidates,
  pairs,
  value,
  agrees,
}: Unmatched & { value: string; agrees: (disk: Disk, host: HostDisk) => boolean }): string | null {
  const named = candidates.filter(({ hostDisk }) => agrees(disk, hostDisk));
  const [first] = named;
  if (first === undefined) return null;
  const ids = named.map(({ hostDisk }) => hostDisk.id).join(' and ');
  if (named.every(({ capacityBytes }) => capacityBytes !== null && capacityBytes !== disk.sizeBytes))
    return `its ${value} leads to ${ids}, whose image has ${first.capacityBytes} bytes while the disk has ${disk.sizeBytes}`;
  if (named.every(({ hostDisk }) => contradicts(disk, hostDisk)))
    return `its ${value} leads to ${ids}, which has another serial or WWN: it was exchanged`;
  if (named.length > 1) return `${named.length} disks on the host agree with its ${value}: ${ids}`;
  const rivals = disks.filter((other) => other !== disk && agrees(other, first.hostDisk));
  if (rivals.length > 0)
    return `${listNames([disk, ...rivals])} in the guest all have the ${value}: a copy, or paths to one disk`;
  const [owner, pair] = [...pairs].find(([, { candidate }]) => candidate.hostDisk === first.hostDisk) ?? [];
  if (owner !== undefined && pair !== undefined)
    return `its ${value} leads to ${ids}, which is ${owner.name}’s by ${pair.matchedBy}`;
  return null;
}

function explainSize({ disk, candidates }: Unmatched): string {
  const sameSize = candidates.filter(({ capacityBytes }) => capacityBytes === disk.sizeBytes);
  const unread = candidates.filter(({ capacityBytes }) => capacityBytes === null);
  const values = IDENTITY_KEYS.flatMap(({ describe }) => describe(disk) ?? []);
  const shown = values.join(', ') || 'no serial, WWN or address';
  if (sameSize.length === 0 && unread.length === 0)
    return `no disk of this guest on the host has its size, ${disk.sizeBytes} bytes`;
  if (sameSize.length > 0)
    return `${sameSize.length} ${sameSize.length === 1 ? 'disk' : 'disks'} of its size on the host, and none alone agrees with its ${shown}`;
  return `the size of ${unread.map(({ hostDisk }) => hostDisk.id).join(' and ')} could not be read, and nothing agrees with its ${shown}`;
}

function listNames(disks: readonly Disk[]): string {
  return disks.map(({ name }) => name).join(' and ');
}
