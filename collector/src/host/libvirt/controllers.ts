import { attribute, child, children, numberOf } from './elements.ts';
import type { XmlElement } from './xml.ts';

/** More bridges than a PCI hierarchy has in any machine; few enough to end a loop. */
export const MOST_BRIDGES = 16;

/**
 * The way from the root bus to the device with this `<address type='pci'>`, as `slot.function`s. Its `bus` is the index
 * of the PCI controller that offers that bus and has an address of its own (libvirt: formatdomain, "Controllers"). Null
 * without an address, behind a bridge that is not there, in a ring of bridges, and behind an expander bridge, which is
 * a root of its own.
 */
export function toPciPath({ device, devices }: { device: XmlElement; devices: XmlElement }): readonly string[] | null {
  const path: string[] = [];
  let at = device;
  for (let depth = 0; depth < MOST_BRIDGES; depth += 1) {
    const address = child(at, 'address', { type: 'pci' });
    const [bus, slot, own] = [numberOf(address, 'bus'), numberOf(address, 'slot'), numberOf(address, 'function')];
    if (bus === null || slot === null || own === null || slot > 0x1f || own > 7) return null;
    path.unshift(`${slot.toString(16).padStart(2, '0')}.${own}`);
    const bridge = child(devices, 'controller', { type: 'pci', index: String(bus) });
    const model = attribute(bridge, 'model');
    // Older libvirt leaves the root of a pc out of the XML.
    if (bus === 0 && (bridge === null || model === 'pci-root' || model === 'pcie-root')) return path;
    if (bridge === null || model?.includes('expander')) return null;
    at = bridge;
  }
  return null;
}

/** The controller that a disk with an `<address type='drive'>` hangs on. */
export function findDiskController({ disk, devices }: { disk: XmlElement; devices: XmlElement }): XmlElement | null {
  const index = attribute(child(disk, 'address', { type: 'drive' }), 'controller');
  const type = attribute(child(disk, 'target'), 'bus');
  if (index === null || type === null) return null;
  return children(devices, 'controller', { type, index })[0] ?? null;
}
