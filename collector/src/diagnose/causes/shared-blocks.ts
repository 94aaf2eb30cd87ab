import { dirname } from 'node:path/posix';
import { type Fix, quote } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import { isSignificant } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { ownerOf } from '../owner.ts';

export const extentsShared: HostCause = {
  id: 'extents-shared',
  hop: 'regained',
  effect: 'held',
  title:
    'The image fell and its pool got nothing: a reflink copy or a snapshot of the host’s filesystem holds the blocks.',
  why: 'A copy made with `cp --reflink` and a snapshot of a btrfs subvolume share extents with the image; a hole punched into the image takes away its own reference only. On btrfs an extent stays until the last part of it is given up.',
  signal:
    'The extents that FIEMAP calls `shared` fell by more than half of what the image fell by, and the pool’s free space did not rise by as much, where that can be seen.',
  cure: 'Find who else has the blocks, and delete the copies or snapshots that nobody needs. btrfs tells it of an address; on xfs and others, the files that share blocks are those whose extents FIEMAP calls `shared`.',
  find: (evidence) => {
    const { image, pool, trim, extents } = evidence;
    if (image?.kind !== 'file' || pool === null || pool.reflink === false) return null;
    if (trim === null) return null;
    if (!isSignificant(trim.hops.reclaimedBytes) || !wasShared(trim)) return null;
    return {
      sentence: `${image.path} fell by ${formatBytes(trim.hops.reclaimedBytes)}, and ${image.pool} got ${
        trim.hops.regainedBytes === null ? 'none of what is shared' : formatBytes(Math.max(0, trim.hops.regainedBytes))
      }: a reflink copy or a snapshot of the host’s ${pool.kind} holds the blocks.`,
      evidence: [
        { fact: 'fall of the image’s allocation, bytes', value: String(trim.hops.reclaimedBytes) },
        {
          fact: 'rise of the pool’s free space, bytes',
          value: String(trim.hops.regainedBytes ?? 'not measurable now'),
        },
        ...(trim.unsharedBytes === null
          ? []
          : [{ fact: 'fall of the image’s shared extents (FIEMAP), bytes', value: String(trim.unsharedBytes) }]),
        ...(extents === null ? [] : [{ fact: 'still shared, bytes', value: String(extents.sharedBytes) }]),
      ],
      fix: fixOf({ kind: pool.kind, pool: image.pool ?? dirname(image.at), sharedAt: trim.sharedAt }),
    };
  },
};

export const thinSnapshot: HostCause = {
  id: 'thin-snapshot',
  hop: 'regained',
  effect: 'held',
  title: 'The thin volume fell and its pool got nothing: thin snapshots share its chunks.',
  why: 'A thin snapshot has every chunk of its origin that neither has written since; a discard unmaps the chunk from one volume, and the pool keeps it for the other (lvmthin(7)).',
  signal:
    '`lvs -o origin` ties other volumes to this one, and the pool’s free space rose by less than half of the fall.',
  cure: 'lvremove the snapshots that nobody needs; those that Proxmox VE lists, by `qm delsnapshot`.',
  find: (evidence) => {
    const { image, trim } = evidence;
    if (image?.kind !== 'thin-volume' || image.sharedWith.length === 0 || trim === null) return null;
    if (!isSignificant(trim.hops.reclaimedBytes) || !isKept(trim)) return null;
    return {
      sentence: `${image.path} unmapped ${formatBytes(trim.hops.reclaimedBytes)}, and ${image.pool} keeps it for ${image.sharedWith.join(', ')}, which share${image.sharedWith.length === 1 ? 's' : ''} its chunks.`,
      evidence: [
        { fact: 'volumes that share chunks', value: image.sharedWith.join(', ') },
        { fact: 'fall of the mapped sectors, bytes', value: String(trim.hops.reclaimedBytes) },
        { fact: 'rise of the pool’s free space, bytes', value: String(trim.hops.regainedBytes) },
      ],
      fix: fixSnapshots(evidence, image.sharedWith),
    };
  },
};

/** What finds the holders on this filesystem: to delete one is the decision of a person. */
function fixOf({ kind, pool, sharedAt }: { kind: string; pool: string; sharedAt: number | null }): Fix {
  const folder = quote(pool);
  if (kind !== 'btrfs')
    return {
      on: 'host',
      commands: [`find ${folder} -xdev -type f -size +1M -exec sh -c ${quote(LIST_SHARED)} sh {} +`],
      note: `${kind} keeps no list of who shares a block: this reads the map of every file, and lists those that share some. Delete the copies that nobody needs; the space comes back then.`,
      needsPowerCycle: false,
    };
  const resolve = sharedAt === null ? [] : [`btrfs inspect-internal logical-resolve -o ${sharedAt} ${folder}`];
  return {
    on: 'host',
    commands: [`btrfs subvolume list -s ${folder}`, ...resolve],
    note: `The first lists the snapshots${resolve.length === 0 ? '' : ', the second all files that have the blocks, copies too'}. Delete those that nobody needs; the space comes back then.`,
    needsPowerCycle: false,
  };
}

const LIST_SHARED = 'for file; do filefrag -v "$file" | grep -q shared && echo "$file"; done';

/**
 * Proxmox VE lists its snapshots itself, and calls their volumes `snap_vm-100-disk-0_NAME`
 * (PVE::Storage::LvmThinPlugin).
 */
function fixSnapshots(evidence: DiskEvidence, volumes: readonly string[]): Fix {
  const owner = ownerOf(evidence);
  const nameOf = (volume: string) => /\/snap_vm-\d+-disk-\d+_(.+)$/.exec(volume)?.[1] ?? null;
  const listed = owner.kind === 'proxmox' ? volumes.filter((volume) => nameOf(volume) !== null) : [];
  const others = volumes.filter((volume) => !listed.includes(volume));
  const vmid = owner.kind === 'proxmox' ? owner.vmid : '';
  return {
    on: 'host',
    commands: listed.map((volume) => `qm delsnapshot ${vmid} ${quote(nameOf(volume) ?? '')}`),
    note:
      others.length === 0
        ? 'The space comes back then. A deleted snapshot cannot be restored.'
        : `lvremove those of ${others.join(', ')} that nobody needs; the space comes back then.`,
    needsPowerCycle: false,
  };
}

/** The free space of the pool alone proves nothing, for others may write to it in bursts; the extents prove it. */
function wasShared({ hops, unsharedBytes }: NonNullable<DiskEvidence['trim']>): boolean {
  const { reclaimedBytes, regainedBytes } = hops;
  if (reclaimedBytes === null || unsharedBytes === null || unsharedBytes <= reclaimedBytes / 2) return false;
  return regainedBytes === null || regainedBytes < reclaimedBytes / 2;
}

/** A thin pool does not tell which chunks are shared; that there is a snapshot is the other half of the proof. */
function isKept({ hops }: NonNullable<DiskEvidence['trim']>): boolean {
  const { reclaimedBytes, regainedBytes } = hops;
  return reclaimedBytes !== null && regainedBytes !== null && regainedBytes < reclaimedBytes / 2;
}
