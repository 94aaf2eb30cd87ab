import { type Fix, quote } from '@trimtab/protocol/causes';
import { connectOption } from '../model/connect-option.ts';
import type { Domain, HostDisk } from '../model/domain.ts';
import type { DiskEvidence } from './evidence.ts';

/**
 * Who keeps a guest's configuration: what is changed past it is undone by it, or confuses it. Each with the words of
 * its commands.
 */
export type Owner =
  | {
      readonly kind: 'libvirt';
      /** The domain's name, quoted. */
      readonly guest: string;
      /** `virsh`, with its URI where that is not the usual one. */
      readonly virsh: string;
      readonly virtXml: string;
    }
  /** Proxmox VE. */
  | { readonly kind: 'proxmox'; readonly vmid: string }
  /** Whoever wrote QEMU's command line. */
  | { readonly kind: 'nobody' };

export interface Owned {
  /** The guest's name on this host. */
  readonly guest: string;
  readonly domain: Pick<Domain, 'key' | 'name' | 'source' | 'libvirtUri'> | null;
  readonly disk: Pick<HostDisk, 'nodes'> | null;
}

export function ownerOf({ guest, domain, disk }: Owned): Owner {
  if (isLibvirts(domain, disk)) {
    const connect = connectOption(domain);
    return {
      kind: 'libvirt',
      guest: quote(domain?.name ?? guest),
      virsh: `virsh${connect}`,
      virtXml: `virt-xml${connect}`,
    };
  }
  if (domain?.source === 'proxmox') return { kind: 'proxmox', vmid: quote(domain.key.replace('proxmox:', '')) };
  return { kind: 'nobody' };
}

/**
 * Is the guest run by libvirt? Known from who told of it, or from the names of its nodes where libvirt could not be
 * asked.
 */
export function isLibvirts(domain: Pick<Domain, 'source'> | null, disk: Pick<HostDisk, 'nodes'> | null): boolean {
  return domain?.source === 'libvirt' || disk?.nodes.some(({ node }) => node?.startsWith('libvirt-') === true) === true;
}

/** With whether it is powered off. */
export type Powered = Owned & Pick<DiskEvidence, 'isOff'>;

/** What to do first where a change needs the image to be in nobody's use. */
export function powerOff(powered: Powered): string {
  const { guest, isOff } = powered;
  if (isOff) return `Leave ${guest} off until this is done: its QEMU would hold the image.`;
  return `Power ${guest} off${inBrackets(commandOf(ownerOf(powered), 'shutdown'))}: its QEMU holds the image.`;
}

/** What comes after a change that QEMU takes only when it is started: the end of a sentence that begins with "Then". */
export function startAnew(powered: Powered): { readonly next: string } & Pick<Fix, 'needsPowerCycle'> {
  if (!powered.isOff)
    return {
      next: 'power the guest off and on (a reboot from inside keeps the QEMU that runs now), and trim again.',
      needsPowerCycle: true,
    };
  const start = inBrackets(commandOf(ownerOf(powered), 'start'));
  return { next: `start it${start}, and trim.`, needsPowerCycle: false };
}

/** Null where nobody keeps a command for it. */
export function commandOf(owner: Owner, verb: 'start' | 'shutdown'): string | null {
  if (owner.kind === 'libvirt') return `${owner.virsh} ${verb} ${owner.guest}`;
  return owner.kind === 'proxmox' ? `qm ${verb} ${owner.vmid}` : null;
}

const inBrackets = (command: string | null): string => (command === null ? '' : ` (${command})`);
