import { DISK_LIMIT, LIST_LIMIT, NAME_LIMIT, PATH_LIMIT } from '@trimtab/protocol';
import type { InsideAddress, InsideDisk, InsideFilesystem } from '../../model/guest-agent.ts';

export interface GuestInfo {
  readonly filesystems: readonly InsideFilesystem[];
  /** Null where none were asked for. */
  readonly disks: readonly InsideDisk[] | null;
}

/**
 * What `virsh guestinfo --filesystem --disk` prints, a field a line (`fs.0.mountpoint    : /`). Null for what is no
 * such list, or one of more than is ever read. A guest whose mount point has a line end in it can write lines of its
 * own: they are about itself, and the first of each field counts.
 */
export function readGuestInfo(text: string): GuestInfo | null {
  const fields = readFields(text);
  const filesystems = readMany({ fields, prefix: 'fs', most: LIST_LIMIT, read: readFilesystem });
  const disks = readMany({ fields, prefix: 'disk', most: LIST_LIMIT, read: readDisk });
  return filesystems === null ? null : { filesystems, disks };
}

type Fields = ReadonlyMap<string, string>;

function readFields(text: string): Fields {
  const fields = new Map<string, string>();
  // By hand: 1,000 guests have 42,000 lines, and a pattern takes half of all the time that they take.
  for (const line of text.split('\n')) {
    const colon = line.startsWith('fs.') || line.startsWith('disk.') ? line.indexOf(': ') : -1;
    if (colon < 0) continue;
    const name = line.slice(0, colon).trimEnd();
    const value = line.slice(colon + 2);
    const most = name.endsWith('.mountpoint') ? PATH_LIMIT : NAME_LIMIT;
    if (!fields.has(name) && value.length <= most) fields.set(name, value);
  }
  return fields;
}

interface Listed<Entry> {
  readonly fields: Fields;
  readonly prefix: string;
  readonly most: number;
  readonly read: (fields: Fields, prefix: string) => Entry | null;
}

/** Null where it is not told how many there are, where there are too many, and where one of them is none. */
function readMany<Entry>({ fields, prefix, most, read }: Listed<Entry>): readonly Entry[] | null {
  const count = readBytes(fields.get(`${prefix}.count`));
  if (count === null || count > most) return null;
  const entries = Array.from({ length: count }, (_, index) => read(fields, `${prefix}.${index}`));
  return entries.some((entry) => entry === null) ? null : entries.filter((entry) => entry !== null);
}

function readFilesystem(fields: Fields, prefix: string): InsideFilesystem | null {
  const [mount, kind] = [fields.get(`${prefix}.mountpoint`), fields.get(`${prefix}.fstype`)];
  const counted = fields.has(`${prefix}.disk.count`);
  const disks = counted ? readMany({ fields, prefix: `${prefix}.disk`, most: DISK_LIMIT, read: readAddress }) : [];
  if (!mount || !kind || disks === null) return null;
  return {
    mount,
    kind,
    name: fields.get(`${prefix}.name`) ?? '',
    sizeBytes: readBytes(fields.get(`${prefix}.total-bytes`)),
    usedBytes: readBytes(fields.get(`${prefix}.used-bytes`)),
    disks,
  };
}

function readDisk(fields: Fields, prefix: string): InsideDisk | null {
  const name = fields.get(`${prefix}.name`);
  const counted = fields.has(`${prefix}.dependency.count`);
  const readName = (_: Fields, each: string) => fields.get(`${each}.name`) ?? null;
  const dependencies = counted
    ? readMany({ fields, prefix: `${prefix}.dependency`, most: DISK_LIMIT, read: readName })
    : [];
  if (!name || dependencies === null) return null;
  const address = readAddress(fields, prefix);
  const isKnown = address.target !== null || address.serial !== null;
  return {
    name,
    isPartition: fields.get(`${prefix}.partition`) === 'yes',
    dependencies,
    mapperName: fields.get(`${prefix}.guest_alias`) || null,
    address: isKnown ? { ...address, device: name } : null,
  };
}

/** libvirt compares the address of the disk with those that it gave, and tells the name of the one that it found. */
function readAddress(fields: Fields, prefix: string): InsideAddress {
  return {
    target: fields.get(`${prefix}.alias`) || null,
    serial: fields.get(`${prefix}.serial`) || null,
    pciAddress: null,
    place: null,
    busKind: null,
    device: fields.get(`${prefix}.device`) || null,
  };
}

function readBytes(text: string | undefined): number | null {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}
