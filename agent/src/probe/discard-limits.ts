import type { DiscardLimits } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { readNumberAttribute } from './attributes.ts';
import { BLOCK_FOLDER } from './device-names.ts';

interface LimitsQuery {
  readonly files: KernelFiles;
  readonly name: string;
  /** The device whose queue it uses: its own, or for a partition the one it lies on. */
  readonly queueOwner: string;
}

/** Documentation/ABI/stable/sysfs-block; `discard_max_hw_bytes` and `discard_alignment` are null where the kernel has none. */
export async function readDiscardLimits({ files, name, queueOwner }: LimitsQuery): Promise<DiscardLimits> {
  const queue = `${BLOCK_FOLDER}/${queueOwner}/queue`;
  const [granularityBytes, maxBytes, maxHwBytes, alignmentBytes] = await Promise.all(
    [
      `${queue}/discard_granularity`,
      `${queue}/discard_max_bytes`,
      `${queue}/discard_max_hw_bytes`,
      `${BLOCK_FOLDER}/${name}/discard_alignment`,
    ].map((path) => readNumberAttribute({ files, path })),
  );
  return {
    granularityBytes: granularityBytes ?? null,
    maxBytes: maxBytes ?? null,
    maxHwBytes: maxHwBytes ?? null,
    alignmentBytes: alignmentBytes ?? null,
  };
}

/** The attribute that says a device refuses discards, or null if none does; what could not be read refuses nothing. */
export function findRefusal({ discard }: { readonly discard: DiscardLimits }): string | null {
  if (discard.granularityBytes === 0) return 'discard_granularity';
  if (discard.maxHwBytes === 0) return 'discard_max_hw_bytes';
  return discard.maxBytes === 0 ? 'discard_max_bytes' : null;
}
