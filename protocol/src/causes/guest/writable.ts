import type { FilesystemStack } from '../../wire/model/filesystem-stack.ts';

/** Kinds that are written once, as an image: nothing is ever deleted on them. */
const READ_ONLY_KINDS = new Set(
  'squashfs iso9660 erofs cramfs romfs fuse.snapfuse fuse.squashfuse'.split(' ') as readonly string[],
);

/**
 * Can anything be deleted there? A filesystem that is only mounted read-only can; a CD, a snap or a write-protected
 * disk not.
 */
export function canBeWritten({ filesystem, layers }: FilesystemStack): boolean {
  if (READ_ONLY_KINDS.has(filesystem.kind)) return false;
  return !layers.some(({ name, readOnly }) => readOnly && filesystem.devices.includes(name));
}
