import { type Fix, quote } from '@trimtab/protocol/causes';
import type { HostDisk } from '../model/domain.ts';
import type { Owner } from './owner.ts';

/**
 * For a disk that was plugged into the QEMU that runs: out, and in again with discard=unmap. libvirt refuses to change
 * it in place, and its own XML of the disk keeps all else as it is [libvirt 9.0, measured; `--xpath` came with 8.5].
 */
export function plugAnew({
  owner,
  device,
  disk,
  persistent,
}: {
  owner: Exclude<Owner, { kind: 'proxmox' }>;
  device: string;
  disk: HostDisk;
  persistent: Pick<Fix, 'commands' | 'note'>;
}): Fix {
  const first = `It was plugged into the QEMU that runs. Unmount what is on ${device} in the guest.`;
  const after = 'Then mount it again, and trim.';
  if (owner.kind === 'nobody')
    return {
      on: 'host',
      first,
      commands: [],
      note: `Take it out and put it in again: device_del ${disk.id}, blockdev-del, blockdev-add with "discard":"unmap" on every node, device_add. ${after}`,
      needsPowerCycle: false,
    };
  const { virsh, guest } = owner;
  const file = quote(`${disk.id}.xml`);
  const own = `${virsh} dumpxml ${guest} --xpath ${quote(`//disk[alias/@name="${disk.id}"]`)}`;
  return {
    on: 'host',
    first,
    commands: [
      `${own} | sed ${SET_UNMAP} > ${file}`,
      `${virsh} detach-device ${guest} ${file} --live`,
      `${virsh} attach-device ${guest} ${file} --live`,
      // Where nobody could tell whether the persistent XML has it, a command might fail.
      ...(disk.atNextStart === null ? [] : persistent.commands),
    ],
    note: [describePersistent(disk, persistent), after].filter((part) => part !== null).join(' '),
    needsPowerCycle: false,
  };
}

const SET_UNMAP = `'s/ discard=.[a-z]*.//; s/<driver /<driver discard="unmap" /'`;

function describePersistent({ atNextStart }: HostDisk, { commands }: Pick<Fix, 'commands'>): string | null {
  if (atNextStart === null && commands.length > 0)
    return `If the guest’s persistent configuration has it too (dumpxml --inactive): ${commands.join(' ')}`;
  return atNextStart === 'absent' ? 'The guest’s persistent configuration does not have this disk.' : null;
}
