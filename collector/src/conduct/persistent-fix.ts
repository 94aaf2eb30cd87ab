import { type Fix, quote } from '@trimtab/protocol/causes';
import type { Domain, HostDisk } from '../model/domain.ts';

/** A disk of a guest as its hypervisor has it. */
export interface DiskPlace {
  readonly domain: Domain;
  readonly disk: HostDisk;
}

const DEFAULT_URI = 'qemu:///system';

/** What to change where the guest is configured, so that the disk passes discards on at its next start too. */
export function createPersistentFix({ libvirtUri }: { libvirtUri: string }) {
  return ({ domain, disk }: DiskPlace): Fix => {
    const by = domain.source === 'libvirt' ? libvirtFix : domain.source === 'proxmox' ? proxmoxFix : qemuFix;
    return { on: 'host', needsPowerCycle: false, ...by(domain, disk, libvirtUri) };
  };
}

type Change = Pick<Fix, 'commands' | 'note'>;

function libvirtFix({ name }: Domain, { image }: HostDisk, uri: string): Change {
  const where = uri === DEFAULT_URI ? '' : `--connect ${quote(uri)} `;
  return {
    commands: [`virt-xml ${where}${quote(name)} --edit ${quote(`path=${image}`)} --disk driver.discard=unmap`],
    note: null,
  };
}

function proxmoxFix({ key }: Domain, { id }: HostDisk): Change {
  const guest = key.replace(/^proxmox:/, '');
  const note = `In the options of the disk ${id} of guest ${guest} set discard=on (in the web interface: Hardware, Edit, Discard), or: qm set ${guest} --${id} VOLUME,discard=on, with all that \`qm config ${guest}\` shows of it.`;
  return { commands: [], note };
}

function qemuFix(_: Domain, { nodes }: HostDisk): Change {
  const named = nodes.flatMap(({ node }) => node ?? []);
  const what =
    named.length === 0
      ? 'add discard=unmap to the -drive of this disk'
      : `add "discard":"unmap" to each of these -blockdev: ${named.join(', ')}`;
  return { commands: [], note: `On QEMU's command line ${what}, for its next start.` };
}

/** On one line, for a hint. */
export function formatFixLine({ commands, note }: Fix): string {
  return commands.length > 0 ? commands.join(' && ') : (note ?? '');
}
