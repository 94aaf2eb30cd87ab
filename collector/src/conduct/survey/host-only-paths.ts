import type { Disk } from '@trimtab/protocol';
import type { DiskPath } from '../../model/disk-path.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { HostReading } from './survey.ts';

/** The disks of a domain that no agent speaks for, under the hypervisor's names: the host's half of their path is known all the same. */
export function hostOnlyPaths(domain: Domain, look: HostReading, announced: readonly DiskPath[]): readonly DiskPath[] {
  const matched = new Set(announced.map(({ match }) => match.hostDisk));
  const own = look.host.domains.find(({ key }) => key === domain.key) ?? domain;
  return own.disks
    .filter((hostDisk) => !matched.has(hostDisk))
    .map((hostDisk) => {
      const { state, pool, finding } = look.imageOf(hostDisk);
      const why = 'no agent tells which disk of the guest it is';
      return {
        match: { disk: toDisk(hostDisk, state?.capacityBytes ?? 0), hostDisk, matchedBy: null, why },
        domain: own,
        image: state,
        pool,
        missing: finding?.sentence ?? null,
      };
    });
}

function toDisk({ id, serial, wwn }: HostDisk, sizeBytes: number): Disk {
  return {
    ...{ name: id, sizeBytes, serial, wwn },
    ...{ driver: null, model: null, pciAddress: null, pciPath: null, scsiAddress: null },
    ...{ backingFile: null, provisioningMode: null },
  };
}
