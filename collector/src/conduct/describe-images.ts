import type { GuestLinks } from '../link/guest-links.ts';
import type { Domain, HostDisk } from '../model/domain.ts';
import type { ImageState } from '../model/image.ts';
import type { ImageRow } from '../model/status.ts';
import type { Survey } from './survey.ts';

interface HostImage {
  readonly domain: Domain;
  readonly disk: HostDisk;
  readonly image: ImageState;
}

/** A row an image: whose disk it is, and what the agents call that disk. */
export async function describeImages(deps: {
  readonly links: GuestLinks;
  readonly survey: Survey;
  readonly rows: readonly HostImage[];
}): Promise<ImageRow[]> {
  const { links, survey, rows } = deps;
  const matched = await Promise.all(
    links.guests().map(({ identity, inventory }) =>
      inventory === null
        ? []
        : survey.findPaths(
            { identity, inventory },
            inventory.disks.map(({ name }) => name),
          ),
    ),
  );
  return rows.map(({ domain, disk, image }) => {
    const path = matched
      .flat()
      .find(({ match, domain: of }) => of?.key === domain.key && match.hostDisk?.id === disk.id);
    return {
      path: image.path,
      pool: image.pool,
      format: image.format,
      capacityBytes: image.capacityBytes,
      allocationBytes: image.allocationBytes,
      physicalBytes: image.physicalBytes,
      guest: domain.name,
      disk: disk.id,
      device: path?.match.disk.name ?? null,
      matchedBy: path?.match.matchedBy ?? null,
      discard: summariseDiscard(disk),
    };
  });
}

function summariseDiscard({ nodes }: HostDisk): ImageRow['discard'] {
  if (nodes.length === 0) return null;
  return nodes.every(({ discard }) => discard === 'unmap') ? 'unmap' : 'ignore';
}
