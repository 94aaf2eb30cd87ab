import { isGuestFile } from '../../correlate/guest-file.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { HostDisk } from '../../model/domain.ts';
import type { ImageRow } from '../../model/status.ts';
import { announceKnown } from '../survey/announce-known.ts';
import { describeInside, NOBODY } from '../survey/describe-inside.ts';
import type { HostReading } from '../survey/host-reading.ts';
import type { KnownGuest } from '../survey/known-guests.ts';
import type { Survey } from '../survey/survey.ts';

/** A row an image: whose disk it is, and what the agents call that disk, or why none is known to be it. */
export async function describeImages({
  known,
  reading,
  survey,
}: {
  known: readonly KnownGuest[];
  reading: HostReading;
  survey: Pick<Survey, 'pathsIn'>;
}): Promise<ImageRow[]> {
  const { host, imageOf } = reading;
  const found = await Promise.all(
    known.map((guest) => {
      const announced = announceKnown(guest);
      return announced === null ? [] : survey.pathsIn(announced, reading);
    }),
  );
  const paths = found.flat();
  const matched = new Map(paths.flatMap((path) => (path.match.hostDisk === null ? [] : [[path.match.hostDisk, path]])));
  // The guest's name, by which people speak of it; its domain may share its own with another.
  const names = new Map(known.flatMap(({ name, domain }) => (domain === null ? [] : [[domain.key, name] as const])));
  const insides = new Map(
    known.flatMap((guest) => (guest.domain === null ? [] : [[guest.domain.key, describeInside(guest)] as const])),
  );
  const unmatched = Map.groupBy(
    // A loop device of a guest is a file in there: no image of the host was ever to be matched to it.
    paths.filter(({ match, domain }) => match.hostDisk === null && !isGuestFile(match.disk, domain)),
    ({ domain }) => domain?.key ?? null,
  );
  const speaking = new Set(paths.flatMap(({ domain }) => domain?.key ?? []));
  return host.domains.flatMap((domain) =>
    domain.disks.flatMap((disk) => {
      const { state } = imageOf(disk);
      if (state === null) return [];
      const { path, pool, kind, format, capacityBytes, allocationBytes, physicalBytes, unmeasured } = state;
      const found = matched.get(disk);
      return [
        {
          path,
          pool,
          kind,
          format,
          capacityBytes,
          allocationBytes,
          physicalBytes,
          unmeasured,
          guest: names.get(domain.key) ?? domain.name,
          inside: insides.get(domain.key) ?? NOBODY,
          source: domain.source,
          readOnly: disk.readOnly,
          disk: disk.id,
          device: found?.match.disk.name ?? null,
          matchedBy: found?.match.matchedBy ?? null,
          // Null while no agent speaks for the guest: then there is nothing to match.
          unmatched: found === undefined && speaking.has(domain.key) ? explain(unmatched.get(domain.key) ?? []) : null,
          discard: summariseDiscard(disk),
        },
      ];
    }),
  );
}

function explain(unmatched: readonly DiskPath[]): string {
  if (unmatched.length === 0) return 'the guest shows no disk that could be it';
  return unmatched.map(({ match }) => `not ${match.disk.name}: ${match.why}`).join('; ');
}

function summariseDiscard({ nodes }: HostDisk): ImageRow['discard'] {
  if (nodes.length === 0) return null;
  return nodes.every(({ discard }) => discard === 'unmap') ? 'unmap' : 'ignore';
}
