import type { HostDisk } from '../../model/domain.ts';
import { attribute, child } from './elements.ts';
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

/** What `<source>` names (libvirt: formatdomain, "Hard drives, floppy disks, CDROMs"): nothing else of it is ever opened. */
export function toPlace(disk: XmlElement): Place {
  const source = child(disk, 'source');
  const type = attribute(disk, 'type') ?? 'file';
  switch (type) {
    case 'file':
      return toPath(attribute(source, 'file'), 'file');
    case 'block':
      return toPath(attribute(source, 'dev'), 'block');
    case 'network':
      return { kind: 'image', image: toNetworkLabel(source), storage: 'network', volume: null };
    case 'volume': {
      const [pool, name] = [attribute(source, 'pool'), attribute(source, 'volume')];
      if (pool === null || name === null) return EMPTY;
      return { kind: 'image', image: `volume:${pool}/${name}`, storage: 'network', volume: { pool, name } };
    }
    case 'nvme':
    case 'vhostuser':
    case 'vhostvdpa':
      return {
        kind: 'image',
        image: `${type}:${attribute(source, 'path') ?? attribute(source, 'dev') ?? 'without a name'}`,
        storage: 'network',
        volume: null,
      };
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
  if (path.startsWith('/')) return { kind: 'image', image: path, storage, volume: null };
  return {
    kind: 'obstacle',
    obstacle: `has the source '${path}', which is no absolute path`,
    hint: 'Write the whole path into its <source>.',
  };
}

/** Names only: users and secrets are in children that are not read. */
function toNetworkLabel(source: XmlElement | null): string {
  const host = child(source, 'host');
  const port = attribute(host, 'port');
  const name = attribute(host, 'name') ?? attribute(host, 'socket');
  const server = name === null || port === null ? name : `${name}:${port}`;
  const protocol = attribute(source, 'protocol') ?? 'network';
  // A pool of Ceph or an iSCSI target has the same name from every host; any other name is known to its server only.
  const isNamedByItself = protocol === 'rbd' || protocol === 'iscsi';
  const parts = [isNamedByItself ? null : server, attribute(source, 'name')].filter((part) => part !== null);
  return `${protocol}:${parts.join('/') || 'without a name'}`;
}
