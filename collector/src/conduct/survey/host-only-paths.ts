import type { Disk } from '@trimtab/protocol';
import type { DiskPath } from '../../model/disk-path.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { HostReading } from './host-reading.ts';

const NO_AGENT = 'no agent tells which disk of the guest it is';

/** Of a loop device: those of which something is mounted, or swapped to, the agent has in its inventory. */
const NOT_MOUNTED =
  'nothing of it is mounted where the agent looks, so no trim reaches it: mount it and trim it, or, if nobody needs what is on it, blkdiscard it';

/**
 * The disks of a domain that no agent speaks for, under the hypervisor's names: the host's half of their path is known
 * all the same.
 */
export function hostOnlyPaths({
  domain,
  reading,
  announced,
  isTold,
}: {
  domain: Domain;
  reading: HostReading;
  /** The paths of the disks that an agent speaks for. */
  announced: readonly DiskPath[];
  /** The agent has told what is mounted. */
  isTold: boolean;
}): readonly DiskPath[] {
  const matched = new Set(announced.map(({ match }) => match.hostDisk));
  const own = reading.host.domains.find(({ key }) => key === domain.key) ?? domain;
  return own.disks
    .filter((hostDisk) => !matched.has(hostDisk))
    .map((hostDisk) => {
      const { state, pool, finding } = reading.imageOf(hostDisk);
      const disk = toDisk(hostDisk, state?.capacityBytes ?? 0);
      return {
        // A disk of the agent's own kernel would be known to it by that name.
        match: {
          disk,
          hostDisk,
          matchedBy: null,
          why: isTold && hostDisk.kernelName !== null ? NOT_MOUNTED : NO_AGENT,
        },
        domain: own,
        image: state,
        pool,
        missing: finding?.sentence ?? null,
      };
    });
}

function toDisk({ id, serial, wwn }: HostDisk, sizeBytes: number): Disk {
  return {
    name: id,
    sizeBytes,
    serial,
    wwn,
    driver: null,
    model: null,
    pciAddress: null,
    pciPath: null,
    scsiAddress: null,
    backingFile: null,
    backingMount: null,
    provisioningMode: null,
  };
}
