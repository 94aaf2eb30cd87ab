import type { Fix } from '@trimtab/protocol/causes';
import { persistentUnmap } from '../../diagnose/fix-discard-unmap.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';

/** A disk of a guest as its hypervisor has it. */
export interface DiskPlace {
  readonly domain: Domain;
  readonly disk: HostDisk;
}

/** What to change where the guest is configured, so that a disk that was repaired passes discards on at its next start too. */
export function createPersistentFix({ libvirtUri }: { libvirtUri: string }) {
  return ({ domain, disk }: DiskPlace): Fix => ({
    on: 'host',
    ...persistentUnmap({ guest: domain.name, domain, libvirtUri, disk }),
    needsPowerCycle: false,
  });
}

/** On one line, for a hint. */
export function formatFixLine({ commands, note }: Fix): string {
  return commands.length > 0 ? commands.join(' && ') : (note ?? '');
}
