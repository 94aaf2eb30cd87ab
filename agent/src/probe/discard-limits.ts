import { type DiscardLimits, type LayerLimits, NAME_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { readAttribute, readNumberAttribute } from './attributes.ts';
import { BLOCK_FOLDER } from './device-names.ts';

interface LimitsQuery {
  readonly files: KernelFiles;
  readonly name: string;
  /** The device whose queue it uses: its own, or for a partition the one it lies on. */
  readonly queueOwner: string;
}

/**
 * Documentation/ABI/stable/sysfs-block; `discard_max_hw_bytes` and `discard_alignment` are null where the kernel has
 * none.
 */
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

/**
 * What layers say of discards at this moment, without all else that an inventory has: a disk that refuses one is told
 * no more.
 */
export async function readLayerLimits({
  files,
  names,
}: {
  readonly files: KernelFiles;
  readonly names: readonly string[];
}): Promise<readonly LayerLimits[]> {
  return Promise.all(
    names.map(async (name) => ({
      name,
      discard: await readDiscardLimits({ files, name, queueOwner: await readQueueOwner({ files, name }) }),
      provisioningMode: await readProvisioningMode({ files, name }),
    })),
  );
}

/** A partition's folder lies in that of its disk, whose queue it uses. */
async function readQueueOwner({
  files,
  name,
}: {
  readonly files: KernelFiles;
  readonly name: string;
}): Promise<string> {
  if ((await readAttribute({ files, path: `${BLOCK_FOLDER}/${name}/partition` })) === null) return name;
  return (await files.resolve(`${BLOCK_FOLDER}/${name}`))?.split('/').at(-2) ?? name;
}

/** How sd discards on this disk, or why it does not (drivers/scsi/sd.c, lbp_mode). */
export async function readProvisioningMode({
  files,
  name,
}: {
  readonly files: KernelFiles;
  readonly name: string;
}): Promise<string | null> {
  const folder = `${BLOCK_FOLDER}/${name}/device/scsi_disk`;
  const [address] = await files.list(folder);
  if (address === undefined) return null;
  const mode = await readAttribute({ files, path: `${folder}/${address}/provisioning_mode` });
  return mode?.slice(0, NAME_LIMIT) ?? null;
}

/** The attribute that says a device refuses discards, or null if none does; what could not be read refuses nothing. */
export function findRefusal({ discard }: { readonly discard: DiscardLimits }): string | null {
  if (discard.granularityBytes === 0) return 'discard_granularity';
  // What is in force is discard_max_bytes: a thin volume of Linux 6.1 has 16 GiB there, takes discards, and says 0 of
  // its hardware.
  if ((discard.maxBytes ?? discard.maxHwBytes) !== 0) return null;
  return discard.maxHwBytes === 0 ? 'discard_max_hw_bytes' : 'discard_max_bytes';
}
