/** One `<disk>` of a domain, and what is to be understood of it. */
export interface DiskForm {
  /** `file`, `block`, `network`, `nvme` … */
  readonly type: string;
  /** The inside of `<source>`, or with a slash at its beginning the path. */
  readonly source: string;
  readonly format: string;
  readonly target: string;
  readonly bus: string;
  /** More attributes of `<driver>`. */
  readonly driver: string;
  /** More elements. */
  readonly more: string;
  readonly device: string;
  /** What `explain` calls the image; null where the disk has a finding instead. */
  readonly image: string | null;
}

/** A domain as one of libvirt's managers writes it. */
export interface DomainForm {
  /** Who writes it so, and what is special about it. */
  readonly name: string;
  readonly machine: string;
  /** Elements of `<devices>` besides the disks. */
  readonly devices: string;
  /** Elements of the domain besides. */
  readonly more: string;
  readonly disks: readonly DiskForm[];
}

const UUID = '5f0c2e3a-7b1d-4c8e-9a64-d2b1f0c3e4a5';

/** The domain XML of a form. */
export function toXml({ machine, devices, more, disks }: DomainForm): string {
  return `<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>guest</name>
  <uuid>${UUID}</uuid>
  <memory unit='MiB'>256</memory>
  <os><type arch='x86_64' machine='${machine}'>hvm</type></os>
  ${more}
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    ${disks.map(toDiskXml).join('\n    ')}
    ${devices}
  </devices>
</domain>
`;
}

function toDiskXml({ type, source, format, target, bus, driver, more, device }: DiskForm): string {
  const attribute = type === 'block' ? 'dev' : 'file';
  const inside = source.startsWith('/') ? `<source ${attribute}='${source}'/>` : source;
  return `<disk type='${type}' device='${device}'><driver name='qemu' type='${format}'${driver}/>${inside}<target dev='${target}' bus='${bus}'/>${more}</disk>`;
}

type Place = Pick<DiskForm, 'format' | 'target' | 'bus'>;

interface Options {
  /** Of `<driver>`: `discard='unmap' cache='none'`. */
  readonly driver?: string;
  readonly more?: string;
  readonly device?: string;
  readonly image?: string | null;
}

/** A disk on a path of the host. */
export function onPath({ path, ...place }: Place & Options & { readonly path: string }): DiskForm {
  return toForm({ type: path.startsWith('/dev/') ? 'block' : 'file', source: path, image: path, ...place });
}

/** A disk on a storage without a path. */
export function onNetwork(
  place: Partial<Place> & Options & Pick<DiskForm, 'source' | 'target' | 'image'> & { readonly type?: string },
): DiskForm {
  return toForm({ type: 'network', format: 'raw', bus: 'virtio', ...place });
}

function toForm({
  driver,
  more = '',
  device = 'disk',
  ...place
}: Options & Omit<DiskForm, 'driver' | 'more' | 'device'>): DiskForm {
  return { ...place, driver: driver === undefined ? '' : ` ${driver}`, more, device };
}
