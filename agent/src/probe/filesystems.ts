import { type Filesystem, type Layer, LIST_LIMIT, TEXT_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { findDevices } from './devices.ts';
import { classifyKind, readNodevKinds, type Storage } from './filesystem-kinds.ts';
import { type Fstab, readFstab } from './fstab.ts';
import { type Mount, parseMountinfo } from './mountinfo.ts';
import { findObstacle } from './obstacles.ts';
import { selectReachable } from './reachable-mounts.ts';
import { groupBySuperblock, type Superblock } from './superblocks.ts';
import { measureTooSmall } from './too-small-pieces.ts';

/** A mounted filesystem that stores something, before its layers are known. */
export interface FoundFilesystem {
  readonly superblock: Superblock;
  readonly storage: Storage;
  readonly devices: readonly string[];
}

export interface FoundFilesystems {
  readonly found: readonly FoundFilesystem[];
  /** Every mount that a path leads to, pseudo filesystems included. */
  readonly reachable: readonly Mount[];
}

/** The filesystems that /proc/self/mountinfo shows, one entry each, and the devices they stand on. */
export async function findFilesystems({ files }: { readonly files: KernelFiles }): Promise<FoundFilesystems> {
  const mounts = parseMountinfo({ text: (await files.readText('/proc/self/mountinfo')) ?? '' });
  const nodevKinds = await readNodevKinds({ files });
  const reachable = selectReachable({ mounts });
  const storing = reachable.filter(({ kind }) => classifyKind({ kind, nodevKinds }) !== 'nothing');
  const superblocks = groupBySuperblock({ mounts: storing }).slice(0, LIST_LIMIT);
  const found = await Promise.all(
    superblocks.map(async (superblock): Promise<FoundFilesystem> => {
      const storage = classifyKind({ kind: superblock.speaker.kind, nodevKinds });
      const onBlocks = storage === 'block' || storage === 'without-fitrim';
      return { superblock, storage, devices: onBlocks ? await findDevices({ files, mount: superblock.speaker }) : [] };
    }),
  );
  return { found, reachable };
}

/** A node of a cluster bind-mounts one filesystem thousands of times; an inventory has to fit into a frame. */
export const ALSO_MOUNTED_LIMIT = 64;

interface DescribeQuery extends FoundFilesystems {
  readonly files: KernelFiles;
  readonly layers: readonly Layer[];
}

/** What is known of each filesystem once its layers are read: its size, and why it cannot be trimmed. */
export async function describeFilesystems({ files, found, reachable, layers }: DescribeQuery): Promise<Filesystem[]> {
  const fstab = await readFstab({ files });
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  return Promise.all(
    found.map(async ({ superblock, storage, devices }): Promise<Filesystem> => {
      const { speaker, alsoMountedAt } = superblock;
      // statfs(2) of a network filesystem whose server is gone never returns.
      const space = devices.length > 0 ? await files.space(speaker.mountPoint) : null;
      const { sizeBytes = null, blockBytes = null } = space ?? {};
      const discard = byName.get(devices[0] ?? '')?.discard ?? null;
      const filesystem = { kind: speaker.kind, devices, sizeBytes, blockBytes };
      return {
        mount: speaker.mountPoint,
        alsoMountedAt: alsoMountedAt.slice(0, ALSO_MOUNTED_LIMIT),
        kind: speaker.kind,
        source: speaker.source.slice(0, TEXT_LIMIT),
        devices: [...devices],
        sizeBytes,
        usedBytes: space?.usedBytes ?? null,
        blockBytes,
        tooSmallBytes: await measureTooSmall({ files, filesystem, discard }),
        inFstab: isInFstab({ superblock, fstab }),
        discardsOnline: hasDiscardOption(speaker),
        obstacle: findObstacle({ superblock, storage, devices, layers: byName, reachable, optedOut: fstab.optedOut }),
      };
    }),
  );
}

function isInFstab({ superblock, fstab }: { superblock: Superblock; fstab: Fstab }): boolean | null {
  const { mountPoints } = fstab;
  if (mountPoints === null) return null;
  return [superblock.speaker.mountPoint, ...superblock.alsoMountedAt].some((point) => mountPoints.has(point));
}

/** `discard`, and btrfs's `discard=async` and `discard=sync`. */
function hasDiscardOption({ options, superOptions }: Mount): boolean {
  return [...options, ...superOptions].some((option) => option === 'discard' || option.startsWith('discard='));
}
