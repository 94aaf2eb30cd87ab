/** What a person can do about an error of a filesystem, by the kernel's word for it (errno(3)). */
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on the filesystem that holds it (df -h shows how full each is).',
  EDQUOT: 'Make room within the quota of its user, or have that raised.',
  EROFS: 'Its filesystem is read-only. If nobody mounted it so, its disk has a problem; see dmesg.',
  EIO: 'The disk below it has a problem; see dmesg.',
  ENODEV: 'The disk below it is gone; see dmesg.',
  ENXIO: 'The disk below it is gone; see dmesg.',
  ESHUTDOWN: 'The disk below it is gone; see dmesg.',
};

/** A full disk is no matter of permissions: the hint of a file that cannot be used, or `otherwise`. */
export function diskHint({ error, otherwise }: { readonly error: unknown; readonly otherwise: string }): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return HINTS[code] ?? otherwise;
}
