import type { KeyValues } from './key-values.ts';

/** Block drivers that store elsewhere than in a file or block device of this host (qapi/block-core.json, BlockdevDriver). */
const NETWORK_DRIVERS = new Set([
  ...['rbd', 'nbd', 'iscsi', 'http', 'https', 'ftp', 'ftps', 'ssh', 'nfs', 'gluster', 'sheepdog', 'vxhs'],
  ...['nvme', 'nvme-io_uring', 'io_uring', 'virtio-blk-vfio-pci', 'virtio-blk-vhost-user', 'virtio-blk-vhost-vdpa'],
]);

/**
 * What the hypervisor calls an image without a path on this host: `rbd:pool/image`, `nbd:192.0.2.9:10809`. Made of names
 * only: keys, passwords and monitors are not part of it. Null for a driver that is no such storage.
 */
export function toNetworkLabel(driver: string | null, options: KeyValues): string | null {
  if (driver === null || !NETWORK_DRIVERS.has(driver)) return null;
  const name = toName(driver, (key) => options.get(key));
  return `${driver}:${name === '' ? 'without a name' : name}`;
}

/** The same for `-drive file=SCHEME:…` (docs/system/device-url-syntax). */
export function toUrlLabel({ scheme, url }: { scheme: string; url: string }): string | null {
  const driver = scheme.replace(/\+.*$/, '');
  if (!NETWORK_DRIVERS.has(driver)) return null;
  const rest = url.slice(scheme.length + 1);
  if (!rest.startsWith('//')) return `${driver}:${driver === 'nbd' ? toNbdPlace(rest) : beforeOptions(rest)}`;
  // user, password and query may be secrets.
  return `${driver}:${rest.replace(/^\/\/(?:[^/@]*@)?/, '').replace(/[?#].*$/, '')}`;
}

function toName(driver: string, get: (key: string) => string | undefined): string {
  const join = (...parts: (string | undefined)[]) =>
    parts.filter((part) => part !== undefined && part !== '').join('/');
  const server =
    get('server.path') ?? get('path') ?? toHost(get('server.host') ?? get('host'), get('server.port') ?? get('port'));
  switch (driver) {
    case 'rbd':
      return join(get('pool'), get('namespace'), get('image'));
    case 'nbd':
      return join(server, get('export'));
    case 'iscsi':
      return join(get('target'), get('lun') ?? '0');
    case 'gluster':
      return join(get('volume'), get('path'));
    case 'nvme':
      return join(get('device'), get('namespace'));
    default:
      return get('url') === undefined
        ? join(toHost(get('server.host') ?? get('host'), undefined), get('path'))
        : toPlainUrl(get('url') ?? '');
  }
}

function toPlainUrl(url: string): string {
  return url.replace(/^[a-z+]+:\/\/(?:[^/@]*@)?/, '').replace(/[?#].*$/, '');
}

function toHost(host: string | undefined, port: string | undefined): string | undefined {
  return host === undefined || port === undefined ? host : `${host}:${port}`;
}

/** `pool/image:mon_host=…:key=…`; a colon in a name is written `\:`. */
function beforeOptions(rest: string): string {
  return (/^(?:[^:\\]|\\.)*/.exec(rest)?.[0] ?? '').replaceAll(/\\(.)/g, '$1');
}

/** `unix:/path:exportname=x` and `host:port:exportname=x`. */
function toNbdPlace(rest: string): string {
  return rest.split(':').slice(0, 2).join(':');
}
