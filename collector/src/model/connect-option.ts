import { quote } from '@trimtab/protocol/causes';
import type { Domain } from './domain.ts';

/** What virsh and virt-xml connect to as root when nobody says otherwise (libvirt.org/uri.html). */
const USUAL_URI = 'qemu:///system';

/** ` --connect URI` for a command about this domain; empty where its libvirt is the usual one, or none told of it. */
export function connectOption(domain: Pick<Domain, 'libvirtUri'> | null): string {
  const uri = domain?.libvirtUri ?? USUAL_URI;
  return uri === USUAL_URI ? '' : ` --connect ${quote(uri)}`;
}
