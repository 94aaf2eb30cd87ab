import { toMachineWithoutDiscard } from '../../model/machine-age.ts';
import { parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';

export type DriveInterface = 'ide' | 'virtio' | 'scsi' | 'none' | 'other';

/** What the machine type decides about disks whose options say nothing. */
export interface Machine {
  /** The PCI bus at which every path begins. */
  readonly rootBus: string;
  /** What `-drive` without `if=` means. */
  readonly defaultInterface: DriveInterface;
  /** Drives on one IDE bus: 2, but 1 where it is AHCI (q35). */
  readonly ideUnits: 1 | 2;
  /** Where the machine's own IDE or AHCI controller sits (hw/i386/pc_piix.c, pc_q35.c); null for machines without one. */
  readonly ownIdePath: readonly string[] | null;
  /** Why virtio-blk has no discard there; null where nothing is known. */
  readonly withoutDiscard: string | null;
}

/**
 * From `-machine`/`-M` and the program's name. On q35 a bus named `pci.0` is a bridge that somebody added (Proxmox does),
 * not the root (hw/i386/pc_q35.c: `pcie.0`).
 */
export function readMachine({ program, options }: { program: string; options: readonly QemuOption[] }): Machine {
  const types = options
    .filter(({ name }) => name === 'machine' || name === 'M')
    .map(({ value }) => parseKeyValues({ text: value, impliedKey: 'type' }).get('type'))
    .filter((type) => type !== undefined);
  const type = types.at(-1) ?? '';
  const isX86 = /(?:x86_64|i386|kvm)$/.test(program);
  const isQ35 = isX86 && type.includes('q35');
  const hasPcie = isQ35 || /^(?:virt|microvm|sbsa)/.test(type);
  return {
    rootBus: hasPcie ? 'pcie.0' : 'pci.0',
    defaultInterface: isX86 ? 'ide' : type.startsWith('virt') || program.endsWith('s390x') ? 'virtio' : 'other',
    ideUnits: isQ35 ? 1 : 2,
    withoutDiscard: toMachineWithoutDiscard(type),
    ownIdePath: !isX86 || type.startsWith('microvm') ? null : isQ35 ? ['1f.2'] : ['01.1'],
  };
}
