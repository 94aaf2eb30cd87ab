import { type Fix, quote } from '@trimtab/protocol/causes';
import type { DiscardNode, Domain, HostDisk } from '../model/domain.ts';
import { connectOption } from './connect-option.ts';

/** What decides which change makes a disk pass discards, for good. */
export interface UnmapCase {
  readonly guest: string;
  readonly domain: Pick<Domain, 'key' | 'source' | 'libvirtUri'> | null;
  readonly disk: HostDisk;
}

/**
 * The change that is still there when QEMU is started next. What libvirt or Proxmox VE manages must be changed there, or the change is
 * lost.
 */
export function persistentUnmap({ guest, domain, disk }: UnmapCase): Pick<Fix, 'commands' | 'note'> {
  if (isLibvirts(domain, disk)) {
    const edit = `--edit ${quote(`path=${disk.image}`)} --disk driver.discard=unmap`;
    return { commands: [`virt-xml${connectOption(domain)} ${quote(guest)} ${edit}`], note: null };
  }
  if (domain?.source === 'proxmox') {
    const vmid = domain.key.replace('proxmox:', '');
    if (disk.setting === null)
      return {
        commands: [],
        note: `qm set ${vmid} --${disk.id} with all that qm config ${vmid} shows of it, and discard=on.`,
      };
    const value = [...disk.setting.split(',').filter((part) => !part.startsWith('discard=')), 'discard=on'].join(',');
    return { commands: [`qm set ${quote(vmid)} --${disk.id} ${quote(value)}`], note: null };
  }
  return { commands: [], note: describeCommandLine(disk.nodes) };
}

/** The change to make now: to the running QEMU, where it has a QMP socket and nobody manages it; else the persistent one. */
export function fixDiscardUnmap(
  wanted: UnmapCase & { readonly device: string; readonly monitors: Domain['monitors'] },
): Fix {
  const { commands, note } = persistentUnmap(wanted);
  const { disk, domain, monitors, guest, device } = wanted;
  const repair = `trimtab repair ${quote(guest)} ${quote(device)}`;
  const isLibvirt = isLibvirts(domain, disk);
  const isManaged = isLibvirt || domain?.source === 'proxmox';
  const own = disk.nodes.filter(({ role }) => role !== 'server');
  const isNamed = own.length > 0 && own.every(({ node }) => node !== null && !node.startsWith('#'));
  // Repair reopens what lies along `file`.
  const isReached = disk.dataFile === undefined;
  if (!isManaged && isNamed && isReached && monitors.some(({ kind }) => kind === 'socket'))
    return {
      on: 'host',
      commands: [`${repair} --yes`],
      note: `That changes the QEMU that runs now, without a restart. For the next one: ${note}`,
      needsPowerCycle: false,
    };
  const live =
    isLibvirt && isReached && monitors.length > 0 ? `Without a power cycle: ${repair} --even-if-tainted` : null;
  const said = [note, POWER_CYCLE, live].filter((part) => part !== null).join(' ');
  return { on: 'host', commands, note: said, needsPowerCycle: true };
}

/** Is the guest run by libvirt? Known from who told of it, or from the names of its nodes where libvirt could not be asked. */
export function isLibvirts(domain: Pick<Domain, 'source'> | null, { nodes }: Pick<HostDisk, 'nodes'>): boolean {
  return domain?.source === 'libvirt' || nodes.some(({ node }) => node?.startsWith('libvirt-') === true);
}

const POWER_CYCLE =
  'Then power the guest off and on (a reboot from inside keeps the QEMU that runs now), and trim again.';

function describeCommandLine(nodes: readonly DiscardNode[]): string {
  const named = nodes.flatMap(({ node, role, discard }) =>
    node === null || role === 'server' || discard === 'unmap' ? [] : [node],
  );
  if (named.length === 0) return 'On QEMU’s command line add to the -drive of this image: discard=unmap.';
  return `On QEMU’s command line add "discard":"unmap" to each of these -blockdev: node-name ${named.join(', ')}.`;
}
