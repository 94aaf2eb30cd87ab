import type { Domain, HostDisk } from '../model/domain.ts';
import { type OpenedImage, toIdentity } from '../model/opened-image.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { type OpenFile, readOpenFile, readOpenFiles } from './open-files.ts';

/** By which descriptor of its QEMU each disk was known last. */
export type LastKnown = WeakMap<HostDisk, OpenFile>;

/**
 * Which file each disk of a running QEMU is: what counts is what it has open, and not where the name of the image leads
 * on this host. QEMU may be in a mount namespace of its own (a container), the file may have been deleted or replaced
 * since, and with `snapshot=on` QEMU only reads the image that it was given. Disks of which nothing can be told are
 * left out: those on the network, those on a filesystem that does not answer, and all where there is no process, or its
 * descriptors may not be read.
 */
export async function findOpenedImages({
  files,
  domain: { pid, disks },
  lastKnown = new WeakMap(),
}: {
  files: HostFiles;
  domain: Pick<Domain, 'pid' | 'disks'>;
  lastKnown?: LastKnown;
}): Promise<ReadonlyMap<HostDisk, OpenedImage>> {
  const local = disks.filter(({ storage, image }) => storage !== 'network' && image.startsWith('/'));
  if (pid === null || local.length === 0) return new Map();
  let reading: Promise<readonly OpenFile[] | null> | null = null;
  const readOpen = () => {
    reading ??= readOpenFiles(files, pid);
    return reading;
  };
  const found = await Promise.all(
    local.map(async (disk) => [disk, await findOpened({ files, pid, readOpen, disk, lastKnown })] as const),
  );
  const isSilent = ({ image }: HostDisk) =>
    files.silentPlace(image) !== null || files.silentPlace(`/proc/${pid}/root${image}`) !== null;
  return new Map(
    found.flatMap(([disk, opened]) =>
      opened === null || (opened.kind !== 'here' && isSilent(disk)) ? [] : [[disk, opened] as const],
    ),
  );
}

/** The disks of a domain, each with the file that its QEMU has open. */
export function addOpenedImages(domain: Domain, opened: ReadonlyMap<HostDisk, OpenedImage>): Domain {
  if (opened.size === 0) return domain;
  const disks = domain.disks.map((disk) => {
    const found = disk.opened ?? opened.get(disk);
    return found === undefined ? disk : { ...disk, opened: found };
  });
  return { ...domain, disks };
}

interface Search {
  readonly files: HostFiles;
  readonly pid: number;
  /** All that its QEMU has open, read once for all of its disks. */
  readonly readOpen: () => Promise<readonly OpenFile[] | null>;
  readonly disk: HostDisk;
  readonly lastKnown: LastKnown;
}

async function findOpened(search: Search): Promise<OpenedImage | null> {
  const { files, pid, readOpen, disk, lastKnown } = search;
  const { image } = disk;
  const mayBe = (file: OpenFile) => file.isWritable || disk.readOnly;
  const here = await identify(files, image);
  const isHere = (file: OpenFile) => file.identity === here && mayBe(file);
  // One descriptor is proof enough, and a QEMU has many.
  const before = lastKnown.get(disk);
  const again = before?.at.startsWith(`/proc/${pid}/`) ? await readOpenFile({ files, at: before.at, before }) : null;
  if (again !== null && isHere(again)) return { kind: 'here' };
  const open = await readOpen();
  if (open === null) return null;
  const sameFile = open.find(isHere);
  if (sameFile !== undefined) {
    lastKnown.set(disk, sameFile);
    return { kind: 'here' };
  }
  const at = `/proc/${pid}/root${image}`;
  const there = await identify(files, at);
  if (there !== null && open.some((file) => file.identity === there && mayBe(file)))
    return { kind: 'elsewhere', at, identity: there, isDeleted: false };
  // By its name in QEMU's own namespace, which may lead over a link that leads elsewhere from here.
  const deletedName = `${image} (deleted)`;
  const named = open.find((file) => (file.name === image || file.name === deletedName) && mayBe(file));
  if (named !== undefined)
    return { kind: 'elsewhere', at: named.at, identity: named.identity, isDeleted: named.name === deletedName };
  const isRead = open.some(({ identity, name }) => identity === here || identity === there || name === image);
  return { kind: 'hidden', why: isRead ? READ_ONLY : await explain({ search, isHere: here !== null }) };
}

async function identify(files: HostFiles, path: string): Promise<string | null> {
  const status = await files.status(path);
  return status === null ? null : toIdentity(status);
}

const READ_ONLY =
  'its QEMU has it open for reading only and writes to another file: a snapshot or a block job moved the disk, or it was started with snapshot=on';

async function explain({ search, isHere }: { search: Search; isHere: boolean }): Promise<string> {
  const { files, pid } = search;
  const [own, others] = await Promise.all(['self', pid].map((process) => files.readLink(`/proc/${process}/ns/mnt`)));
  const where = own === others ? '' : ', which is in another mount namespace (a container),';
  return isHere
    ? `its QEMU (process ${pid})${where} does not have the file open that is here under this name: it was replaced, or the disk was moved`
    : `it is not there, and its QEMU (process ${pid})${where} has no file of this name open: it was moved`;
}
