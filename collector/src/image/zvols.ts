import type { Commands } from '../ports/commands.ts';
import { runReport } from './run-report.ts';

export interface Zvol {
  readonly volumeBytes: number | null;
  /** `usedbydataset` (zfsprops(7)): without its snapshots and its reservation. */
  readonly usedBytes: number | null;
}

/** Script form, exact numbers, all volumes of this host in one process (zfs-get(8)). */
export const ZFS_GET = ['get', '-Hp', '-t', 'volume', '-o', 'name,property,value', 'volsize,usedbydataset'] as const;

export interface Zvols {
  readonly byName: ReadonlyMap<string, Zvol>;
  readonly unavailable: string | null;
}

/** Never throws: says why not. Documented output; no ZFS could be run where this was written. */
export async function readZvols({ commands }: { commands: Commands }): Promise<Zvols> {
  const { stdout, why } = await runReport({ commands, file: 'zfs', args: ZFS_GET });
  if (stdout === null) return { byName: new Map(), unavailable: why };
  return { byName: parseZvols(stdout), unavailable: null };
}

export function parseZvols(text: string): ReadonlyMap<string, Zvol> {
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
