import type { Disk, Inventory } from '@trimtab/protocol';
import { stacksOf } from '@trimtab/protocol';
import type { Domain } from '../model/domain.ts';
import type { GuestFile } from '../model/guest-file.ts';

/** Is it a loop device inside a guest? On the host itself loop devices are disks with images of their own. */
export function isGuestFile(
  { backingFile }: Pick<Disk, 'backingFile'>,
  domain: Pick<Domain, 'source'> | null,
): boolean {
  return backingFile !== null && domain?.source !== 'loop-devices';
}

/** What a disk of a guest is when it is a loop device: a file in there, and nothing that the host holds by itself. */
export function readGuestFile({
  inventory,
  device,
  domain,
}: {
  inventory: Inventory | null;
  device: string;
  domain: Pick<Domain, 'source'> | null;
}): GuestFile | null {
  const disk = inventory?.disks.find(({ name }) => name === device);
  if (inventory === null || disk === undefined || disk.backingFile === null || !isGuestFile(disk, domain)) return null;
  const { backingFile: path, backingMount: mount } = disk;
  const holder = stacksOf(inventory).find(({ filesystem }) => filesystem.mount === mount);
  return { path, mount, disks: holder?.disks ?? [] };
}

/** Why no image of the host is behind a loop device of a guest: the end of "no image was matched, because …". */
export function explainGuestFile({ backingFile, backingMount }: Pick<Disk, 'backingFile' | 'backingMount'>): string {
  return backingMount === null
    ? `it is a file of this guest, ${backingFile}`
    : `it is a file on ${backingMount} of this guest, ${backingFile}`;
}
