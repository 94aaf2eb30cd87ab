import type { LayerCounters } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { BLOCK_FOLDER } from './device-names.ts';

const SECTOR_BYTES = 512;
const WRITTEN_SECTORS_FIELD = 7;
const DISCARDED_SECTORS_FIELD = 14;

interface CountersQuery {
  readonly files: KernelFiles;
  readonly names: readonly string[];
}

/**
 * What has passed each layer since it exists, from /sys/class/block/<name>/stat (Documentation/block/stat.rst). A layer
 * whose file is absent has null for both; kernels older than 4.18 have no field for discards.
 */
export async function readLayerCounters({ files, names }: CountersQuery): Promise<Record<string, LayerCounters>> {
  const entries = await Promise.all(
    names.map(async (name) => [name, parseStat(await files.readText(`${BLOCK_FOLDER}/${name}/stat`))] as const),
  );
  return Object.fromEntries(entries);
}

function parseStat(text: string | null): LayerCounters {
  const fields = (text ?? '').trim().split(/\s+/);
  return {
    discardedBytes: sectorsToBytes(fields[DISCARDED_SECTORS_FIELD - 1]),
    writtenBytes: sectorsToBytes(fields[WRITTEN_SECTORS_FIELD - 1]),
  };
}

function sectorsToBytes(field: string | undefined): number | null {
  if (field === undefined || !/^\d+$/.test(field)) return null;
  const bytes = Number(field) * SECTOR_BYTES;
  return Number.isSafeInteger(bytes) ? bytes : null;
}
