import { attribute, child, children } from './elements.ts';
import type { XmlElement } from './xml.ts';

/**
 * What `<qemu:override>` sets on the device of this alias, behind libvirt's back (libvirt 8.2: formatdomain-qemu, "QEMU
 * device property overrides"): name to value.
 */
export function readOverrides(domain: XmlElement, alias: string | null): ReadonlyMap<string, string> {
  const device = alias === null ? null : child(child(domain, 'qemu:override'), 'qemu:device', { alias });
  const properties = children(child(device, 'qemu:frontend'), 'qemu:property');
  return new Map(
    properties.flatMap((property) => {
      const [name, value] = [attribute(property, 'name'), attribute(property, 'value')];
      return name === null || value === null ? [] : [[name, value] as const];
    }),
  );
}
