import { toMachineWithoutDiscard } from '../../model/machine-age.ts';
import { parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';
import { toArchitecture } from './program.ts';

/**
 * What a drive is of (BlockInterfaceType in QEMU's blockdev.h). `unknown`: what the machine takes by default is not
 * known here.
 */
export type DriveInterface =
  | 'ide'
  | 'virtio'
  | 'scsi'
  | 'sd'
  | 'xen'
  | 'mtd'
  | 'pflash'
  | 'floppy'
  | 'none'
  | 'unknown';

/** What the machine type decides about disks whose options say nothing. */
export interface Machine {
  /** The PCI bus at which every path begins. */
  readonly rootBus: string;
  /** What `-drive` without `if=` means. */
  readonly defaultInterface: DriveInterface;
  /** Drives on one IDE bus: 2, but 1 where it is AHCI (q35). */
  readonly ideUnits: 1 | 2;
  /**
   * Where the machine's own IDE or AHCI controller sits (hw/i386/pc_piix.c, pc_q35.c); null for machines without one.
   */
  readonly ownIdePath: readonly string[] | null;
  /** Why virtio-blk has no discard there; null where nothing is known. */
  readonly withoutDiscard: string | null;
}

/**
 * From `-machine`/`-M` and the program's name. On q35 a bus named `pci.0` is a bridge that somebody added (Proxmox
 * does), not the root (hw/i386/pc_q35.c: `pcie.0`).
 */
export function readMachine({ program, options }: { program: string; options: readonly QemuOption[] }): Machine {
  const types = options
    .filter(({ name }) => name === 'machine' || name === 'M')
    .map(({ value }) => parseKeyValues({ text: value, impliedKey: 'type' }).get('type'))
    .filter((type) => type !== undefined);
  const type = types.at(-1) ?? '';
  const architecture = toArchitecture({ program, machineType: type });
  const isX86 = architecture === 'x86_64' || architecture === 'i386';
  const isQ35 = isX86 && type.includes('q35');
  const hasPcie = isQ35 || /^(?:virt|microvm|sbsa)/.test(type);
  return {
    rootBus: hasPcie ? 'pcie.0' : 'pci.0',
    defaultInterface: toDefaultInterface({ architecture, type }),
    ideUnits: isQ35 ? 1 : 2,
    withoutDiscard: toMachineWithoutDiscard(type),
    ownIdePath: !isX86 || type.startsWith('microvm') ? null : isQ35 ? ['1f.2'] : ['01.1'],
  };
}

/** MachineClass.block_default_type; microvm gives a drive of its own to nobody (measured, QEMU 7.2). */
function toDefaultInterface({ architecture, type }: { architecture: string; type: string }): DriveInterface {
  if (architecture === 'x86_64' || architecture === 'i386') return type.startsWith('microvm') ? 'none' : 'ide';
  if (architecture === 's390x' || /^virt|^loongson3-virt/.test(type)) return 'virtio';
  if (type.startsWith('pseries') || (architecture === 'ppc64' && type === '')) return 'scsi';
  return 'unknown';
}
