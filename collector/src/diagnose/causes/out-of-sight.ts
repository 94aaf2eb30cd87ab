import type { HostCause } from '../host-cause.ts';

export const imageOnBlockDevice: HostCause = {
  id: 'image-on-block-device',
  hop: 'reclaimed',
  effect: 'unmeasurable',
  title: 'The image is a whole block device or a thick volume: what a discard does there, this host cannot see.',
  why: 'A thick logical volume, a partition and a LUN keep their size whatever is discarded on them; only the array or the SSD behind them knows. qcow2 on such a device shrinks no more than raw.',
  signal: 'The image’s path leads to a block device that is no thin volume and no zvol.',
  cure: 'Nothing to mend. Thin volumes, zvols and sparse files give space back to a pool.',
  find: ({ image }) => {
    if (image === null || image.unmeasured === null) return null;
    if (image.kind !== 'thick-volume' && image.kind !== 'block-device') return null;
    return {
      sentence: `What comes back cannot be measured here: ${image.unmeasured}.`,
      evidence: [{ fact: 'kind of image', value: image.kind }],
      fix: null,
    };
  },
};

/** Storage that needs longer to come to rest than anybody wants to wait. */
export const allocationSettlesLate: HostCause = {
  id: 'allocation-settles-late',
  hop: 'reclaimed',
  effect: 'inconclusive',
  title: 'The storage counts late what was given up, and was still counting when the wait ended.',
  why: 'btrfs frees extents when it commits (every 30 s, btrfs(5) `commit`), ZFS at the end of a transaction group (zfs_txg_timeout), NFS shows attributes from its cache (nfs(5) `acregmin`).',
  signal: 'The allocation moved by more than 1 MiB between the last two samples, at the end of `settle-limit`.',
  cure: 'A longer `settle-limit` in the collector’s configuration.',
  find: ({ trim, pool }) => {
    if (trim === null || !trim.restless) return null;
    return {
      sentence: 'What came back cannot be told: the image’s allocation did not hold still after the trim.',
      evidence: [{ fact: 'kind of pool', value: pool?.kind ?? 'not known' }],
      fix: {
        on: 'host',
        commands: [],
        note: 'Raise settle-limit in the collector’s configuration, or trim when the guest is quieter.',
        needsPowerCycle: false,
      },
    };
  },
};
