import { formatNetworkImage, formatNvmeImage, formatServedImage } from '../../model/network-image.ts';
import type { KeyValues } from './key-values.ts';

/**
 * Block drivers that store elsewhere than in a file or block device of this host (qapi/block-core.json,
 * BlockdevDriver).
 */
const NETWORK_DRIVERS = new Set([
  ...['rbd', 'nbd', 'iscsi', 'http', 'https', 'ftp', 'ftps', 'ssh', 'nfs', 'gluster', 'sheepdog', 'vxhs'],
  ...['nvme', 'nvme-io_uring', 'io_uring', 'virtio-blk-vfio-pci', 'virtio-blk-vhost-user', 'virtio-blk-vhost-vdpa'],
]);

/** What the hypervisor calls an image without a path on this host. Null for a driver that is no such storage. */
export function toNetworkLabel(driver: string | null, options: KeyValues): string | null {
  if (driver === null || !NETWORK_DRIVERS.has(driver)) return null;
  const get = (key: string) => options.get(key) ?? null;
  switch (driver) {
    case 'nvme':
      return formatNvmeImage({ device: get('device'), namespace: get('namespace') });
    case 'virtio-blk-vhost-user':
      return formatServedImage({ kind: 'vhostuser', path: get('path') });
    case 'virtio-blk-vhost-vdpa':
      return formatServedImage({ kind: 'vhostvdpa', path: get('path') });
  }
  const url = get('url') ?? get('filename');
  const scheme = url === null ? undefined : /^([^/:]+):/.exec(url)?.[1];
  if (url !== null && scheme !== undefined) return toUrlLabel({ scheme, url }) ?? `${driver}:without a name`;
  // Of several servers of one volume (gluster) the first stands for all.
  const server = (key: string) => get(`server.${key}`) ?? get(`server.0.${key}`);
  const [, portalHost = null, portalPort = null] = /^(.*?)(?::(\d+))?$/.exec(get('portal') ?? '') ?? [];
  const isNameInPath = driver !== 'nbd';
  return formatNetworkImage({
    protocol: driver,
    host: server('host') ?? get('host') ?? (portalHost || null),
    port: server('port') ?? get('port') ?? portalPort,
    socket: server('path') ?? server('socket') ?? (isNameInPath ? null : get('path')),
    name: toName(driver, get),
    snapshot: driver === 'rbd' ? get('snapshot') : null,
  });
}

/** The same for `-drive file=SCHEME:…` (docs/system/device-url-syntax). */
export function toUrlLabel({ scheme, url }: { scheme: string; url: string }): string | null {
  const protocol = scheme.replace(/\+.*$/, '');
  if (!NETWORK_DRIVERS.has(protocol)) return null;
  const rest = url.slice(scheme.length + 1);
  const nothing = { protocol, host: null, port: null, socket: null, snapshot: null };
  if (!rest.startsWith('//')) {
    if (protocol === 'nbd') return formatNetworkImage({ ...nothing, ...toNbdPlace(rest) });
    return formatNetworkImage({ ...nothing, name: beforeOptions(rest) });
  }
  // user, password and query may be secrets; of the query only the path of the socket is taken.
  const [, authority = '', path = '', query = ''] = /^\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(rest) ?? [];
  const [, host = '', port = null] = /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [];
  const name = decode(path);
  if (protocol === 'nvme') {
    const [device = null, namespace = null] = [authority, ...name.split('/').filter(Boolean)];
    return formatNvmeImage({ device, namespace });
  }
  const socket = scheme.endsWith('+unix') ? (new URLSearchParams(query).get('socket') ?? '') : null;
  return formatNetworkImage({ ...nothing, host: host || null, port, socket, name });
}

function toName(driver: string, get: (key: string) => string | null): string | null {
  const join = (...keys: readonly string[]) =>
    keys
      .map(get)
      .filter((part) => part !== null && part !== '')
      .join('/');
  switch (driver) {
    case 'rbd':
      return join('pool', 'namespace', 'image');
    case 'nbd':
      return get('export');
    case 'iscsi':
      return join('target', 'lun');
    case 'gluster':
      return join('volume', 'path');
    case 'sheepdog':
      return get('vdi');
    case 'vxhs':
      return get('vdisk-id');
    default:
      return get('path');
  }
}

/** `pool/image:mon_host=…:key=…`; a colon in a name is written `\:`. */
function beforeOptions(rest: string): string {
  return (/^(?:[^:\\]|\\.)*/.exec(rest)?.[0] ?? '').replaceAll(/\\(.)/g, '$1');
}

/** `unix:/path:exportname=x` and `host:port:exportname=x`. */
function toNbdPlace(rest: string) {
  const [, place = rest, name = null] = /^(.*?):exportname=(.*)$/.exec(rest) ?? [];
  if (place.startsWith('unix:')) return { socket: place.slice('unix:'.length), name };
  const [, host = null, port = null] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?/.exec(place) ?? [];
  return { host, port, name };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
