/**
 * Is the socket at this path the one that was `told` so? The kernel and QEMU tell a path as QEMU was given it, which
 * may be from its own folder on: two QEMU whose sockets have one name in two folders are then not told apart.
 */
export function isSocketAt({ path, told }: { path: string; told: string }): boolean {
  return told.startsWith('/') ? told === path : path.endsWith(`/${told}`);
}
