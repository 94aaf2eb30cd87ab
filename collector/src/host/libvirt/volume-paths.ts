import type { HostDisk } from '../../model/domain.ts';
import type { SourceFinding } from '../../ports/host-source.ts';
import type { AskVirsh } from '../../ports/virsh.ts';
import type { Volume } from './disk-place.ts';
import type { LibvirtDisk } from './disks.ts';
import type { ParsedDomain } from './parse-domain.ts';

export interface VolumePaths {
  resolve(ask: AskVirsh, disks: readonly LibvirtDisk[]): Promise<void>;
  place(disk: LibvirtDisk): HostDisk;
  findings(domain: ParsedDomain): readonly SourceFinding[];
}

/**
 * Where the volumes of libvirt's storage pools are (`virsh vol-path`): the XML of a domain names pool and volume only.
 */
export function createVolumePaths(): VolumePaths {
  const paths = new Map<string, string | null>();
  return {
    async resolve(ask, disks) {
      const volumes = disks.flatMap(({ volume }) => (volume === null ? [] : [volume]));
      const distinct = new Map(volumes.map((volume) => [toKey(volume), volume]));
      await Promise.all(
        [...distinct].map(async ([key, volume]) => {
          const isPlain = PLAIN.test(volume.pool) && PLAIN.test(volume.name);
          const text = isPlain ? await ask(`vol-path --pool '${volume.pool}' '${volume.name}'`) : null;
          paths.set(key, /^(\/\S.*)$/m.exec(text ?? '')?.[1] ?? null);
        }),
      );
    },
    place({ disk, volume }) {
      const path = volume === null ? null : (paths.get(toKey(volume)) ?? null);
      if (path === null) return disk;
      return { ...disk, image: path, storage: path.startsWith('/dev/') ? 'block' : 'file' };
    },
    findings: ({ domain, disks }) =>
      disks
        .filter(({ volume }) => volume !== null && paths.get(toKey(volume)) === null)
        .map(({ disk, volume }) => ({
          subject: `${domain.name}, disk ${disk.id}`,
          sentence: `libvirt does not say where the volume ${volume?.name} of its pool ${volume?.pool} is.`,
          hint: `virsh vol-path --pool ${volume?.pool} ${volume?.name}`,
        })),
  };
}

/** What can stand between single quotes on a line of virsh's. */
const PLAIN = /^[^'\n\r]+$/;

function toKey({ pool, name }: Volume): string {
  return `${pool}\n${name}`;
}
