import type { Domain, Finding, HostDisk } from '../model/domain.ts';

/**
 * Images that stand behind disks of several guests. Where every disk is shareable (a cluster's), that is intended: it
 * is told, with nothing to mend. Where every disk is read-only (a base that all boot from), nothing is said: nobody
 * trims it. Anything else means that two guests write to one image.
 */
export function findSharedImages(domains: readonly Domain[]): readonly Finding[] {
  const users = Map.groupBy(
    domains.flatMap((domain) =>
      domain.disks.map((disk) => ({
        domain,
        image: disk.image,
        file: toFile(disk),
        isMeant: disk.shareable || disk.readOnly,
        readOnly: disk.readOnly,
      })),
    ),
    ({ file }) => file,
  );
  return [...users].flatMap(([file, sharers]) => {
    const image = sharers[0]?.image ?? file;
    // Both ends of a migration on one host are one guest.
    const names = [...new Map(sharers.map(({ domain }) => [domain.uuid ?? domain.key, domain.name])).values()];
    if (names.length < 2 || sharers.every(({ readOnly }) => readOnly)) return [];
    const isMeant = sharers.every((user) => user.isMeant);
    return [
      {
        subject: image,
        sentence: isMeant
          ? `The image is shared by ${names.join(', ')}; what one of them trims is gone for all.`
          : `The image is behind disks of ${names.join(', ')}, and not marked as shareable.`,
        hint: isMeant ? null : 'Two guests that write to one image destroy it, unless a cluster filesystem is on it.',
      },
    ];
  });
}

/** Two containers may each have an image of one name; what this host does not see may be shared or not. */
function toFile({ image, opened }: HostDisk): string {
  return opened?.kind === 'elsewhere' ? `file ${opened.identity}` : image;
}
