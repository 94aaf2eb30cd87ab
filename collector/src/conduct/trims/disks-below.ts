import type { TrimReport } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';

/** No guest that QEMU runs has more; a report may name any number. */
const DISKS_A_TRIM = 256;

/** The whole disks below these mounts, by kernel name, following the layers the guest announced. */
export function disksBelow({ inventory }: ConnectedGuest, mounts: readonly string[]): string[] {
  if (inventory === null) return [];
  const below = new Map(inventory.layers.map((layer) => [layer.name, layer.below]));
  const disks = new Set(inventory.disks.map(({ name }) => name));
  const seen = new Set<string>();
  const open = inventory.filesystems
    .filter(({ mount }) => mounts.includes(mount))
    .flatMap(({ devices }) => [...devices]);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(below.get(name) ?? []));
  }
  return [...seen].filter((name) => disks.has(name)).slice(0, DISKS_A_TRIM);
}

/** The disks a report speaks of, as far as the guest has ever announced them: what is concluded of each costs the host something. */
export function onlyAnnounced({ inventory }: ConnectedGuest, report: TrimReport): string[] {
  const announced = new Set(inventory?.disks.map(({ name }) => name));
  const named = new Set(report.filesystems.flatMap(({ disks }) => disks));
  return [...named].filter((name) => announced.has(name)).slice(0, DISKS_A_TRIM);
}
