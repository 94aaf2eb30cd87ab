import type { Disk, Inventory } from '@trimtab/protocol';
import { stacksOf } from '@trimtab/protocol';
import type { GuestFile } from '../model/guest-file.ts';

/** What a disk of a guest is when it is a loop device: a file in there, and nothing that the host holds by itself. */
export function readGuestFile({
  inventory,
  device,
}: {
  inventory: Inventory | null;
  device: string;
}): GuestFile | null {
  const disk = inventory?.disks.find(({ name }) => name === device);
  if (inventory === null || disk === undefined || disk.backingFile === null) return null;
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
