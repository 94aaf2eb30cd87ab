import type { HostDisk } from '../../model/domain.ts';

/** One entry of /etc/pve/storage.cfg (pvesm(1)): `lvmthin: local-lvm` and the indented lines below it. */
export interface Storage {
  readonly kind: string;
  readonly options: ReadonlyMap<string, string>;
}

export function parseStorageConfiguration(text: string): ReadonlyMap<string, Storage> {
  const storages = new Map<string, Storage>();
  let options: Map<string, string> | null = null;
  for (const line of text.split('\n')) {
    const [, kind, id] = /^([a-z][a-z0-9]*):\s*(\S+)\s*$/.exec(line) ?? [];
    if (kind !== undefined && id !== undefined) {
      options = new Map();
      storages.set(id, { kind, options });
      continue;
    }
    const [, key, value = ''] = /^\s+([a-z][a-z0-9_-]*)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    if (key !== undefined) options?.set(key, value);
  }
  return storages;
}

export interface VolumePlace {
  readonly image: string;
  readonly storage: HostDisk['storage'];
  readonly format: string;
}

/**
 * Where a volume `STORAGE:NAME` is on this host; null when the storage is not known or of a kind that holds no images
 * here. A linked clone is named after its base, `base-9-disk-0/vm-100-disk-0`: the last part is its own (PVE::Storage
 * plugins).
 */
export function placeVolume(volume: string, storages: ReadonlyMap<string, Storage>): VolumePlace | null {
  const [, id = '', name = ''] = /^([^:/]+):(.+)$/.exec(volume) ?? [];
  const storage = storages.get(id);
  if (storage === undefined || name.split('/').includes('..')) return null;
  const get = (key: string) => storage.options.get(key);
  const own = name.split('/').at(-1) ?? '';
  const extension = /\.(raw|qcow2|vmdk)$/.exec(own)?.[1] ?? 'raw';
  const inFolder = ({ path, place }: { path: string | undefined; place: string }): VolumePlace | null =>
    path === undefined || !path.startsWith('/')
      ? null
      : { image: `${path.replace(/\/+$/, '')}/${place}`, storage: 'file', format: extension };
  const onDevice = (image: string): VolumePlace => ({ image, storage: 'block', format: extension });
  switch (storage.kind) {
    case 'dir':
      return inFolder({ path: get('path'), place: `${imagesFolder(get('content-dirs'))}/${twoParts(name)}` });
    case 'nfs':
    case 'cifs':
    case 'glusterfs':
      return inFolder({
        path: get('path') ?? `/mnt/pve/${id}`,
        place: `${imagesFolder(get('content-dirs'))}/${twoParts(name)}`,
      });
    case 'btrfs': {
      // A raw image is a file in a subvolume of its own, so that it can have snapshots.
      const place = inFolder({ path: get('path'), place: `images/${twoParts(name)}` });
      return place !== null && extension === 'raw'
        ? { ...place, image: place.image.replace(/\.raw$/, '/disk.raw') }
        : place;
    }
    case 'lvmthin':
    case 'lvm':
      return get('vgname') === undefined ? null : onDevice(`/dev/${get('vgname')}/${own}`);
    case 'zfspool':
      return get('pool') === undefined ? null : onDevice(`/dev/zvol/${get('pool')}/${own}`);
    case 'rbd': {
      // With `krbd` it is a device whose path holds the cluster's id; the running QEMU names it.
      const space = get('namespace');
      return {
        image: `rbd:${get('pool') ?? 'rbd'}/${space === undefined ? '' : `${space}/`}${own}`,
        storage: 'network',
        format: 'raw',
      };
    }
    default:
      return null;
  }
}

/** `100/vm-100-disk-0.qcow2`. */
function twoParts(name: string): string {
  return name.split('/').slice(-2).join('/');
}

/** `content-dirs images=guests,iso=media`: another folder for the images than `images`. */
function imagesFolder(contentDirs: string | undefined): string {
  const given = contentDirs
    ?.split(',')
    .find((part) => part.startsWith('images='))
    ?.slice('images='.length);
  return given?.replaceAll(/^\/+|\/+$/g, '') || 'images';
}
