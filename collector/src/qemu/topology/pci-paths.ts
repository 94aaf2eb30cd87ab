import type { PciBuses, PciDevice } from './answers.ts';

/** Deeper than any machine nests bridges; ends an answer that nests without end. */
export const MOST_BRIDGES = 16;

/**
 * The way from the first root bus to each device that has an id, as `slot.function` of every bridge and of the device
 * itself. Devices on another root bus (an expander bridge) are left out: their paths would read like those on the
 * first.
 */
export function readPciPaths(buses: PciBuses): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>();
  const walk = (devices: readonly PciDevice[], above: readonly string[]): void => {
    if (above.length >= MOST_BRIDGES) return;
    for (const device of devices) {
      const path = [...above, formatPlace({ slot: device.slot, fn: device.function })];
      if (device.qdev_id !== '') paths.set(device.qdev_id, path);
      walk(device.pci_bridge?.devices ?? [], path);
    }
  };
  for (const { bus, devices } of buses) if (bus === 0) walk(devices, []);
  return paths;
}

/** As the kernel writes the end of a PCI address: `1f.2`. */
export function formatPlace({ slot, fn }: { slot: number; fn: number }): string {
  return `${slot.toString(16).padStart(2, '0')}.${fn}`;
}
