import type { HostCause } from '../host-cause.ts';

/** NFS got DEALLOCATE with version 4.2 (RFC 7862; Linux 3.19). */
export const nfsWithoutDeallocate: HostCause = {
  id: 'nfs-without-deallocate',
  hop: 'passed',
  effect: 'lost',
  title: 'The image is on NFS below 4.2, which has no way to punch a hole.',
  why: 'fallocate(PUNCH_HOLE) on NFS is the operation DEALLOCATE, new in NFSv4.2 (RFC 7862). Below that it fails, and QEMU then never tries again until the node is reopened.',
  signal: '`vers=` of the mount that holds the image is below 4.2.',
  cure: 'Mount it with vers=4.2 (server and client: Linux 3.19 or newer), then power the guest off and on.',
  find: ({ pool, image }) => {
    const version = pool?.nfsVersion ?? null;
    if (version === null || image === null || Number.parseFloat(version) >= 4.2) return null;
    return {
      sentence: `Nothing can come back: the image is on NFS ${version}, which cannot punch holes.`,
      evidence: [{ fact: `vers of ${image.pool}`, value: version }],
      fix: {
        on: 'host',
        commands: [],
        note: `Power off the guests on it, mount ${image.pool} with -o vers=4.2, and start them.`,
        needsPowerCycle: true,
      },
    };
  },
};
