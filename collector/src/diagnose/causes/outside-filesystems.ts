import { formatBytes } from '@trimtab/protocol/shared';
import { isFar } from '../../model/significant.ts';
import type { HostCause } from '../host-cause.ts';

/** What the guest says of where no filesystem is, and what the host measures, together. */
export const outsideFilesystems: HostCause = {
  id: 'outside-filesystems',
  hop: 'trimmed',
  effect: 'note',
  title: 'The image holds space where no mounted filesystem of the guest is, and no trim brings it back.',
  why: 'Deleted volumes and partitions, and what is not mounted, keep their blocks on the host: a trim reaches only what a mounted filesystem calls free. The guest knows where such places are, and the host what the image takes.',
  signal:
    'The image takes more than all mounted filesystems together could hold, or the last trim of all of them left more than their structures can take; and the guest tells of space outside of them.',
  cure: 'What the notes of the guest say: discard the free extents, or a partition that is made of the range, and mount and trim what is not mounted.',
  find: ({ outside, image, device, allocationBytes, guestFindings }) => {
    if (outside === null || image === null || allocationBytes === null) return null;
    const { leastBytes, mostBytes } = outside;
    if (!isFar({ bytes: leastBytes, allocationBytes })) return null;
    const [first] = guestFindings.filter(({ cause, fix }) => WHERE.has(cause.id) && fix !== null);
    return {
      sentence: `${formatBytes(leastBytes)} to ${formatBytes(mostBytes)} of what ${image.path} takes lie outside the mounted filesystems of ${device}: no trim brings them back.`,
      evidence: [
        { fact: `allocation of ${image.path}`, value: String(allocationBytes) },
        { fact: 'outside the filesystems at least', value: String(leastBytes) },
        { fact: 'outside the filesystems at the most', value: String(mostBytes) },
      ],
      fix: first?.fix ?? null,
    };
  },
};

/** The guest's notes on the places. */
const WHERE: ReadonlySet<string> = new Set(['space-of-no-filesystem', 'not-mounted', 'mounted-elsewhere']);
