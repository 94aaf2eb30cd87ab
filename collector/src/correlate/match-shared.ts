import type { Domain, Finding } from '../model/domain.ts';

/**
 * Images that stand behind disks of several guests. Meant so where every disk is shareable (a cluster's): named, and nothing to
 * mend; or read-only (a base that all boot from): nobody trims it, so nothing is said. Else two guests write to one image.
 */
export function findSharedImages(domains: readonly Domain[]): readonly Finding[] {
  const users = new Map<string, { domain: Domain; isMeant: boolean; readOnly: boolean }[]>();
  for (const domain of domains) {
    for (const { image, shareable, readOnly } of domain.disks) {
      const known = users.get(image) ?? [];
      users.set(image, [...known, { domain, isMeant: shareable || readOnly, readOnly }]);
    }
  }
  return [...users].flatMap(([image, of]) => {
    // Both ends of a migration on one host are one guest.
    const names = [...new Map(of.map(({ domain }) => [domain.uuid ?? domain.key, domain.name])).values()];
    if (names.length < 2 || of.every(({ readOnly }) => readOnly)) return [];
    const isMeant = of.every((user) => user.isMeant);
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
