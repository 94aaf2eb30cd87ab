import type { Fix } from '@trimtab/protocol/causes';
import { fixDiscardUnmap, persistentUnmap } from '../../diagnose/fix-discard-unmap.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { RepairOutlook } from '../../model/repair.ts';

/**
 * What to change where the guest is configured, so that a disk that was repaired passes discards on at its next start
 * too.
 */
export function toPersistentFix({ domain, disk }: { domain: Domain; disk: HostDisk }): Fix {
  const { commands, note } = persistentUnmap({ guest: domain.name, domain, disk });
  return { on: 'host', commands, note, needsPowerCycle: false };
}

/** What helps where a live repair does not: the same as `trimtab doctor` prints. */
export function toFixInstead({
  domain,
  disk,
  device,
  isOff,
  outlook,
}: {
  domain: Domain;
  disk: HostDisk;
  device: string | null;
  isOff: boolean;
  outlook: RepairOutlook;
}): Fix {
  return fixDiscardUnmap({ guest: domain.name, domain, disk, device: device ?? disk.id, isOff, outlook });
}

/** On one line, for a hint. */
export function formatFixLine({ first, commands, note }: Fix): string {
  const command = commands.length === 0 ? '' : `\`${commands.join(' && ')}\`.`;
  return [first ?? '', command, note ?? ''].filter((part) => part !== '').join(' ');
}
