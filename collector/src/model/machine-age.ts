/**
 * The machine type if it is older than QEMU 4.0, whose virtio-blk has no discard (hw/core/machine.c, hw_compat_3_1);
 * else null. Who packs QEMU may add to it: Proxmox VE writes `pc-i440fx-3.1+pve0` and `pc-q35-3.1.pxe`. What a name
 * like `pc-i440fx-bionic` stands for it does not say, and nothing is concluded from it.
 */
export function toMachineWithoutDiscard(type: string | null): string | null {
  return type !== null && /-[0-3]\.\d+(?:\.\d+)*(?:\+[\w.~-]+)?(?:\.pxe)?$/.test(type) ? `machine type ${type}` : null;
}
