import type { Commands } from '../ports/commands.ts';
import { runReport } from './run-report.ts';

export interface Zvol {
  readonly volumeBytes: number | null;
  /** `usedbydataset` (zfsprops(7)): without its snapshots and its reservation. */
  readonly usedBytes: number | null;
}

/** Script form, exact numbers, all volumes of this host in one process (zfs-get(8)). */
const ZFS_GET = ['get', '-Hp', '-t', 'volume', '-o', 'name,property,value', 'volsize,usedbydataset'] as const;

export interface Zvols {
  readonly byName: ReadonlyMap<string, Zvol>;
  readonly unavailable: string | null;
}

/**
 * Never throws: `unavailable` says why there is nothing. Written by the manual page; no ZFS could be run where this was
 * written.
 */
export async function readZvols({ commands }: { commands: Commands }): Promise<Zvols> {
  const report = await runReport({ commands, file: 'zfs', args: ZFS_GET });
  if (report.kind === 'none') return { byName: new Map(), unavailable: report.why };
  return { byName: parseZvols(report.stdout), unavailable: null };
}

/** The dataset behind a device, as udev's links name it; null for a path that is no such link. */
export function toZvolName(path: string): string | null {
  return /^\/dev\/zvol\/(.+)$/.exec(path)?.[1] ?? null;
}

function parseZvols(text: string): ReadonlyMap<string, Zvol> {
  const found = new Map<string, Zvol>();
  for (const line of text.split('\n')) {
    const [name, property, value] = line.split('\t');
    if (name === undefined || value === undefined || !/^\d+$/.test(value)) continue;
    const known = found.get(name) ?? { volumeBytes: null, usedBytes: null };
    if (property === 'volsize') found.set(name, { ...known, volumeBytes: Number(value) });
    if (property === 'usedbydataset') found.set(name, { ...known, usedBytes: Number(value) });
  }
  return found;
}
