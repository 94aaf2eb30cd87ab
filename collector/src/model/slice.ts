/** Of a disk that is a part of its file (libvirt's `<slices>`, QEMU's raw with `offset` or `size`). */
export function toSliceObstacle(image: string): { readonly obstacle: string; readonly hint: string } {
  return {
    obstacle: `is a part of ${image}, and what a part takes on the host cannot be measured`,
    hint: 'Give the disk an image of its own to have its discards measured.',
  };
}
