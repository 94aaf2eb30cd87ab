/** A storage that is no file or block device of this host, as QEMU's options and libvirt's XML name it alike. */
export interface NetworkStorage {
  /** `rbd`, `nbd`, `iscsi` …, without the transport. */
  readonly protocol: string;
  readonly host: string | null;
  readonly port: string | null;
  /** Of a server on this host. */
  readonly socket: string | null;
  /** What the server calls it; of iSCSI its target, or `TARGET/LUN`. */
  readonly name: string | null;
  readonly snapshot: string | null;
}

/**
 * The one name of an image that has no path on this host: `rbd:pool/image@snapshot`, `nbd:192.0.2.9/export`,
 * `nbd:unix:/run/nbd.sock:exportname=e`, `iscsi:iqn.2013-07.com.example:x/2`. Made of names only: no user, password or
 * query is part of it. Two sources that tell of one storage must come to the same name, so a port that is the
 * protocol's own is left out.
 */
export function formatNetworkImage({ protocol, host, port, socket, name, snapshot }: NetworkStorage): string {
  const plain = name?.replace(/^\/+/, '') ?? '';
  const own = snapshot === null ? plain : `${plain}@${snapshot}`;
  // Targets and pools are named alike from every host.
  if (protocol === 'rbd') return toLabel({ protocol, name: own });
  if (protocol === 'iscsi') return toLabel({ protocol, name: own === '' || own.includes('/') ? own : `${own}/0` });
  if (socket === null)
    return toLabel({ protocol, name: [toServer({ protocol, host, port }), own].filter(Boolean).join('/') });
  if (protocol === 'nbd') return toLabel({ protocol, name: `unix:${socket}${own === '' ? '' : `:exportname=${own}`}` });
  return toLabel({ protocol, name: [`unix:${socket}`, own].filter(Boolean).join('/') });
}

/** What another process serves to QEMU over a socket (`vhostuser`), or a device of vDPA does (`vhostvdpa`). */
export function formatServedImage({ kind, path }: { kind: 'vhostuser' | 'vhostvdpa'; path: string | null }): string {
  return toLabel({ protocol: kind, name: path ?? '' });
}

/**
 * The Unix socket behind such a name, and what is asked for there; null where it leads over no Unix socket, or is no
 * image alone.
 */
export function toSocketPlace(image: string): { readonly socket: string; readonly exportName: string | null } | null {
  const [, socket, exportName = ''] = /^nbd:unix:(\/.*?)(?::exportname=(.*))?$/s.exec(image) ?? [];
  if (socket !== undefined) return { socket, exportName };
  const [, served] = /^vhostuser:(\/.*)$/s.exec(image) ?? [];
  return served === undefined ? null : { socket: served, exportName: null };
}

/** Of a disk that is wholly another process', so that QEMU has no node for it. */
export function isServedImage(image: string): boolean {
  return image.startsWith('vhostuser:');
}

/** A namespace of an NVMe device that QEMU drives by itself: `nvme:0000:01:00.0/1`. */
export function formatNvmeImage({ device, namespace }: { device: string | null; namespace: string | null }): string {
  return toLabel({ protocol: 'nvme', name: device === null ? '' : `${device}/${namespace ?? '1'}` });
}

function toLabel({ protocol, name }: { protocol: string; name: string }): string {
  return `${protocol}:${name === '' ? 'without a name' : name}`;
}

/** The IANA's, which QEMU and libvirt take where none is given. */
const OWN_PORTS: Readonly<Record<string, string>> = {
  nbd: '10809',
  ssh: '22',
  gluster: '24007',
  http: '80',
  https: '443',
  ftp: '21',
  ftps: '990',
  sheepdog: '7000',
  vxhs: '9999',
};

function toServer({ protocol, host, port }: Pick<NetworkStorage, 'protocol' | 'host' | 'port'>): string {
  if (host === null) return '';
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return port === null || port === OWN_PORTS[protocol] ? name : `${name}:${port}`;
}
