import { askApt, type DebianPackage } from './debian-package.ts';

/** Debian's kernel for clouds boots in half the time, and has no AHCI: only a SATA disk needs the full one. */
export type KernelFlavour = 'cloud-amd64' | 'amd64';

/** The concrete package that a flavour means today. */
export function findKernelPackage({
  flavour,
  say,
}: {
  flavour: KernelFlavour;
  say: (line: string) => void;
}): Promise<DebianPackage> {
  return askApt({ name: `linux-image-${flavour}`, read: findConcrete, say });
}

/** Debian's meta package depends on exactly one kernel package, as `linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)`. */
function findConcrete(description: string): DebianPackage | null {
  const [, name, version] = /^Depends: (linux-image-\d[^\s,]+) \(= ([^)]+)\)/m.exec(description) ?? [];
  return name && version ? { name, version } : null;
}
