import { type Layer, type LayerKind, LIST_LIMIT, NAME_LIMIT, TEXT_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { readAttribute, readNumberAttribute } from './attributes.ts';
import { BLOCK_FOLDER, isDeviceName } from './device-names.ts';
import { readDiscardLimits } from './discard-limits.ts';

/** The unit of every size and counter in /sys/block, whatever the device's own sector is. */
const SECTOR_BYTES = 512;

interface LayersQuery {
  readonly files: KernelFiles;
  /** The devices that filesystems stand on directly. */
  readonly names: readonly string[];
}

/** The given devices and all that lies below them, down to whole disks; each once, upper ones first. */
export async function readLayers({ files, names }: LayersQuery): Promise<readonly Layer[]> {
  const layers = new Map<string, Layer>();
  let pending = [...new Set(names)];
  while (pending.length > 0 && layers.size < LIST_LIMIT) {
    const read = await Promise.all(
      pending.slice(0, LIST_LIMIT - layers.size).map((name) => readLayer({ files, name })),
    );
    for (const layer of read) layers.set(layer.name, layer);
    const below = new Set(read.flatMap((layer) => layer.below));
    pending = [...below].filter((name) => !layers.has(name));
  }
  return [...layers.values()];
}

interface LayerQuery {
  readonly files: KernelFiles;
  readonly name: string;
}

async function readLayer({ files, name }: LayerQuery): Promise<Layer> {
  const kind = await readKind({ files, name });
  const below = await readBelow({ files, name, kind });
  const queueOwner = kind === 'partition' ? (below[0] ?? name) : name;
  const sectors = await readNumberAttribute({ files, path: `${BLOCK_FOLDER}/${name}/size` });
  const sizeBytes = sectors === null ? null : sectors * SECTOR_BYTES;
  return {
    name,
    kind,
    label: await readLabel({ files, name, kind }),
    below: [...below],
    sizeBytes: sizeBytes !== null && Number.isSafeInteger(sizeBytes) ? sizeBytes : null,
    readOnly: (await readAttribute({ files, path: `${BLOCK_FOLDER}/${name}/ro` })) === '1',
    discard: await readDiscardLimits({ files, name, queueOwner }),
    mapperUuid: kind === 'dm' ? await readMapperUuid({ files, name }) : null,
    thinDiscards: null,
    mapperTable: null,
  };
}

async function readKind({ files, name }: LayerQuery): Promise<LayerKind> {
  const folder = `${BLOCK_FOLDER}/${name}`;
  if ((await readAttribute({ files, path: `${folder}/partition` })) !== null) return 'partition';
  if ((await files.list(`${folder}/dm`)).length > 0) return 'dm';
  if ((await files.list(`${folder}/md`)).length > 0) return 'md';
  return /^loop\d+$/.test(name) ? 'loop' : 'disk';
}

interface KnownLayerQuery extends LayerQuery {
  readonly kind: LayerKind;
}

async function readBelow({ files, name, kind }: KnownLayerQuery): Promise<readonly string[]> {
  if (kind === 'loop') return [];
  if (kind === 'partition') return readParent({ files, name });
  // A disk has no slaves; stacked devices that are neither dm nor md (bcache, DRBD) have them, and are followed too.
  const slaves = await files.list(`${BLOCK_FOLDER}/${name}/slaves`);
  return slaves.filter((slave) => isDeviceName(slave) && slave !== name).slice(0, LIST_LIMIT);
}

/** A partition's folder lies in that of its disk: /sys/devices/…/block/sda/sda1. */
async function readParent({ files, name }: LayerQuery): Promise<readonly string[]> {
  const parent = (await files.resolve(`${BLOCK_FOLDER}/${name}`))?.split('/').at(-2) ?? '';
  if (!isDeviceName(parent) || (await files.resolve(`${BLOCK_FOLDER}/${parent}`)) === null) return [];
  return [parent];
}

async function readLabel({ files, name, kind }: KnownLayerQuery): Promise<string | null> {
  const folder = `${BLOCK_FOLDER}/${name}`;
  if (kind === 'dm') {
    const label = await readAttribute({ files, path: `${folder}/dm/name` });
    return label === null ? null : `/dev/mapper/${label}`.slice(0, TEXT_LIMIT);
  }
  const file = { md: 'md/level', loop: 'loop/backing_file', disk: null, partition: null }[kind];
  const label = file === null ? null : await readAttribute({ files, path: `${folder}/${file}` });
  return label?.slice(0, TEXT_LIMIT) ?? null;
}

/** Who made a dm device: `CRYPT-LUKS2-…`, `LVM-…-tpool` (Documentation/ABI/testing/sysfs-block-dm). */
async function readMapperUuid({ files, name }: LayerQuery): Promise<string | null> {
  const uuid = await readAttribute({ files, path: `${BLOCK_FOLDER}/${name}/dm/uuid` });
  return uuid !== null && uuid.length <= NAME_LIMIT ? uuid : null;
}
