import type { Fix } from '@trimtab/protocol/causes';
import { persistentUnmap } from '../../diagnose/fix-discard-unmap.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';

/** What to change where the guest is configured, so that a disk that was repaired passes discards on at its next start too. */
export function toPersistentFix({ domain, disk }: { domain: Domain; disk: HostDisk }): Fix {
  const { commands, note } = persistentUnmap({ guest: domain.name, domain, disk });
  return { on: 'host', commands, note, needsPowerCycle: false };
}

/** On one line, for a hint. */
export function formatFixLine({ commands, note }: Fix): string {
  return commands.length > 0 ? commands.join(' && ') : (note ?? '');
}
