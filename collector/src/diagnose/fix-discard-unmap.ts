import type { Fix } from '@trimtab/protocol/causes';
import { quote } from '@trimtab/protocol/causes';
import type { DiscardNode, Domain, HostDisk } from '../model/domain.ts';
import type { RepairOutlook } from '../model/repair.ts';
import { type Owner, ownerOf, type Powered, startAnew } from './owner.ts';
import { plugAnew } from './plug-anew.ts';

/** What decides which change makes a disk pass discards, for good. */
export interface UnmapCase {
  readonly guest: string;
  readonly domain: Pick<Domain, 'key' | 'name' | 'source' | 'libvirtUri'> | null;
  readonly disk: HostDisk;
}

/** The change that is still there when QEMU is started next: made where its owner keeps it, or it is lost. */
export function persistentUnmap(wanted: UnmapCase): Pick<Fix, 'commands' | 'note'> {
  const owner = ownerOf(wanted);
  const { disk } = wanted;
  if (owner.kind !== 'nobody' && disk.atNextStart === 'unmap') return { commands: [], note: CONFIGURED };
  switch (owner.kind) {
    case 'libvirt':
      if (disk.atNextStart === 'absent') return { commands: [], note: NOT_CONFIGURED };
      return {
        commands: [`${owner.virtXml} ${owner.guest} --edit ${quote(`path=${disk.image}`)} --disk driver.discard=unmap`],
        note: null,
      };
    case 'proxmox':
      return setOnProxmox(owner.vmid, disk);
    case 'nobody':
      return { commands: [], note: describeCommandLine(disk.nodes) };
  }
}

const CONFIGURED = 'Its configuration has discard=unmap already, and the QEMU that runs was started before that.';
const NOT_CONFIGURED =
  'libvirt’s persistent configuration of the guest does not have this disk: whoever attaches it, or creates the guest, gives it discard=‘unmap’.';

function setOnProxmox(vmid: string, { id, setting }: HostDisk): Pick<Fix, 'commands' | 'note'> {
  if (setting === null)
    return {
      commands: [],
      note: `qm set ${vmid} --${id} with all that qm config ${vmid} shows of it, and discard=on.`,
    };
  const value = [...setting.split(',').filter((part) => !part.startsWith('discard=')), 'discard=on'].join(',');
  return { commands: [`qm set ${vmid} --${id} ${quote(value)}`], note: null };
}

/**
 * The change to make now, by whoever can carry it out: a live repair only where it would be, asked before; for a disk
 * that was plugged in, out and in again; else the persistent one and a power cycle.
 */
export function fixDiscardUnmap(
  wanted: UnmapCase &
    Powered & { readonly disk: HostDisk; readonly device: string; readonly outlook: RepairOutlook | null },
): Fix {
  const { guest, device, outlook } = wanted;
  const owner = ownerOf(wanted);
  const persistent = persistentUnmap(wanted);
  if (outlook?.kind === 'impossible' && outlook.isPlugged && owner.kind !== 'proxmox')
    return plugAnew({ owner, device, disk: wanted.disk, persistent });
  const repair = `trimtab repair ${quote(guest)} ${quote(toRepairable(wanted))}`;
  if (owner.kind === 'nobody' && outlook?.kind === 'possible')
    return {
      on: 'host',
      commands: [`${repair} --yes`],
      note: `That changes the QEMU that runs now, without a restart. For the next one: ${persistent.note}`,
      needsPowerCycle: false,
    };
  const { next, needsPowerCycle } = startAnew(wanted);
  const then = persistent.note === CONFIGURED ? `${next.charAt(0).toUpperCase()}${next.slice(1)}` : `Then ${next}`;
  const said = [persistent.note, then, toLive({ owner, outlook, repair })].filter((part) => part !== null);
  return { on: 'host', commands: persistent.commands, note: said.join(' '), needsPowerCycle };
}

/**
 * A name by which `trimtab repair` finds the disk. libvirt's own (`vdb`) may be that of another disk in the guest, and
 * is understood as well: where the two differ, only the image is nobody else's.
 */
function toRepairable({ device, disk }: { readonly device: string; readonly disk: HostDisk }): string {
  const isTheSame = disk.target === undefined || disk.target === device || disk.id === device;
  return isTheSame ? device : disk.image;
}

/** What is to be said of a live repair; null where there is nothing. */
function toLive({
  owner,
  outlook,
  repair,
}: {
  owner: Owner;
  outlook: RepairOutlook | null;
  repair: string;
}): string | null {
  if (owner.kind !== 'libvirt' || outlook === null || outlook.kind === 'impossible') return null;
  const asked =
    outlook.kind === 'possible'
      ? ''
      : ', if its QEMU agrees (which is not asked before, as libvirt notes the question)';
  return `Without a power cycle${asked}: ${repair} --even-if-tainted`;
}

function describeCommandLine(nodes: readonly DiscardNode[]): string {
  const named = nodes.flatMap(({ node, role, discard }) =>
    node === null || role === 'server' || discard === 'unmap' ? [] : [node],
  );
  if (named.length === 0) return 'On QEMU’s command line add to the -drive of this image: discard=unmap.';
  return `On QEMU’s command line add "discard":"unmap" to each of these -blockdev: node-name ${named.join(', ')}.`;
}
