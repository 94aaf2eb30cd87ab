/**
 * What stands for the boot of a guest that does not tell its boot id, as qemu-ga does not: the run of its QEMU. Its
 * nodes are set up for so long, and no filesystem remembers more than since its start. A reboot from inside is not
 * seen; what the filesystems send after it shows that they have forgotten.
 */
export function toBootOfQemu(process: string | null): string | null {
  return process === null ? null : `qemu ${process}`;
}
