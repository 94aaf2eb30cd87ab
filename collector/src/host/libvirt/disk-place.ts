import { normalize } from 'node:path/posix';
import type { HostDisk } from '../../model/domain.ts';
import { formatNetworkImage, formatNvmeImage, formatServedImage } from '../../model/network-image.ts';
import { attribute, child, toPciAddress } from './elements.ts';
import type { XmlElement } from './xml.ts';

/** A volume of a storage pool, whose path only libvirt knows. */
export interface Volume {
  readonly pool: string;
  readonly name: string;
}

export type Place =
  | {
      readonly kind: 'image';
      readonly image: string;
      readonly storage: HostDisk['storage'];
      readonly volume: Volume | null;
    }
  /** Why this host has no image of it, as the end of a sentence that begins with the disk, and what can be done. */
  | { readonly kind: 'obstacle'; readonly obstacle: string; readonly hint: string };

/**
 * What `<source>` names (libvirt: formatdomain, "Hard drives, floppy disks, CDROMs"): nothing else of it is ever
 * opened.
 */
export function toPlace(disk: XmlElement): Place {
  const source = child(disk, 'source');
  const type = attribute(disk, 'type') ?? 'file';
  switch (type) {
    case 'file':
      return toPath(attribute(source, 'file'), 'file');
    case 'block':
      return toPath(attribute(source, 'dev'), 'block');
    case 'network':
      return onNetwork(toNetworkImage(source));
    case 'volume': {
      const [pool, name] = [attribute(source, 'pool'), attribute(source, 'volume')];
      if (pool === null || name === null) return EMPTY;
      return { kind: 'image', image: `volume:${pool}/${name}`, storage: 'network', volume: { pool, name } };
    }
    case 'nvme':
      return onNetwork(
        formatNvmeImage({
          device: toPciAddress(child(source, 'address')),
          namespace: attribute(source, 'namespace'),
        }),
      );
    case 'vhostuser':
      return onNetwork(formatServedImage({ kind: type, path: attribute(source, 'path') }));
    case 'vhostvdpa':
      return onNetwork(formatServedImage({ kind: type, path: attribute(source, 'dev') }));
    default:
      return {
        kind: 'obstacle',
        obstacle: `is of type '${type}', which holds no image`,
        hint: 'Only disks of type file, block, volume and network hold one.',
      };
  }
}

const EMPTY: Place = {
  kind: 'obstacle',
  obstacle: 'has no source',
  hint: 'A disk without a medium holds nothing; remove it, or give it a <source>.',
};

function toPath(path: string | null, storage: 'file' | 'block'): Place {
  if (path === null) return EMPTY;
  // As the path of the command line is: OpenNebula writes /var/lib/one//datastores.
  if (path.startsWith('/')) return { kind: 'image', image: normalize(path), storage, volume: null };
  return {
    kind: 'obstacle',
    obstacle: `has the source '${path}', which is no absolute path`,
    hint: 'Write the whole path into its <source>.',
  };
}

function onNetwork(image: string): Place {
  return { kind: 'image', image, storage: 'network', volume: null };
}

/** Users and secrets are in children that are not read. Of several hosts of one volume the first stands for all. */
function toNetworkImage(source: XmlElement | null): string {
  const host = child(source, 'host');
  return formatNetworkImage({
    protocol: attribute(source, 'protocol') ?? 'network',
    host: attribute(host, 'name'),
    port: attribute(host, 'port'),
    socket: attribute(host, 'socket'),
    name: attribute(source, 'name'),
    snapshot: attribute(child(source, 'snapshot'), 'name'),
  });
}
