import type { Domain, Finding } from '../model/domain.ts';

/**
 * Images that stand behind disks of several guests. Where every disk is shareable (a cluster's), that is intended: it is told, with
 * nothing to mend. Where every disk is read-only (a base that all boot from), nothing is said: nobody trims it. Anything else means
 * that two guests write to one image.
 */
export function findSharedImages(domains: readonly Domain[]): readonly Finding[] {
  const users = new Map<string, { domain: Domain; isMeant: boolean; readOnly: boolean }[]>();
  for (const domain of domains) {
    for (const { image, shareable, readOnly } of domain.disks) {
      const known = users.get(image) ?? [];
      users.set(image, [...known, { domain, isMeant: shareable || readOnly, readOnly }]);
    }
  }
  return [...users].flatMap(([image, sharers]) => {
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
