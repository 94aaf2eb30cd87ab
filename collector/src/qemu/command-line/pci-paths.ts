import type { Devices } from './devices.ts';
import type { KeyValues } from './key-values.ts';
import type { Machine } from './machine.ts';

/** More bridges than a PCI hierarchy has in any machine; few enough to end a loop. */
export const MOST_BRIDGES = 16;

/**
 * The way from the root bus to a device, bridges included, each as `slot.function`: `bus=rp1` is the bus behind the
 * device `rp1`, which has a bus and an address of its own. Null where QEMU chose a slot, or where a bridge is not on
 * the command line.
 */
export function toPciPath(device: KeyValues, { byId }: Devices, machine: Machine): readonly string[] | null {
  const path: string[] = [];
  let at = device;
  for (let depth = 0; depth < MOST_BRIDGES; depth += 1) {
    const bus = at.get('bus');
    const isOnRoot = bus === undefined || bus === machine.rootBus;
    const bridge = isOnRoot ? null : (byId.get(bus) ?? null);
    const place = toPlace(at.get('addr') ?? (hasOneSlot(bridge) ? '0' : ''));
    if (place === null) return null;
    path.unshift(place);
    if (isOnRoot) return path;
    // An expander bridge is a root bus of its own (docs/pcie.txt): nothing leads to it from the first.
    if (bridge === null || bridge.get('driver')?.startsWith('pxb')) return null;
    at = bridge;
  }
  return null;
}

/** `0x5`, `5`, `0x5.0x1` → `05.0`, `05.0`, `05.1`; QEMU reads hexadecimal with or without `0x` (set_pci_devfn). */
export function toPlace(address: string): string | null {
  const match = /^(?:0x)?([0-9a-f]{1,2})(?:\.(?:0x)?([0-7]))?$/i.exec(address);
  if (match?.[1] === undefined) return null;
  const slot = Number.parseInt(match[1], 16);
  return slot > 0x1f ? null : `${slot.toString(16).padStart(2, '0')}.${match[2] ?? '0'}`;
}

/** A PCI Express port leads to exactly one slot, whose number is 0. */
function hasOneSlot(bridge: KeyValues | null): boolean {
  return /^(?:pcie-root-port|ioh3420|xio3130-downstream)$/.test(bridge?.get('driver') ?? '');
}
