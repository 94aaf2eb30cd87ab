import { basename } from 'node:path/posix';

/** The names of the program: Debian's and Fedora's, Proxmox VE's `kvm`, Kata's and Nix's additions around them. */
export function isQemu(program: string): boolean {
  return /^(?:\.?qemu-system-[\w.-]+|qemu-kvm|kvm)$/.test(basename(program));
}

/** `x86_64`, `aarch64` …; `qemu-kvm` and `kvm` do not say it, but the machine type does. */
export function toArchitecture({ program, machineType }: { program: string; machineType: string }): string {
  const own = /qemu-system-([a-z0-9]+(?:_64)?)/.exec(basename(program))?.[1];
  if (own !== undefined) return own;
  if (/^virt/.test(machineType)) return 'aarch64';
  if (/^pseries/.test(machineType)) return 'ppc64';
  return /^s390/.test(machineType) ? 's390x' : 'x86_64';
}
