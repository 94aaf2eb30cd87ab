import {
  type Filesystem,
  halfGroupBytes,
  type Inventory,
  isExt,
  type TrimId,
  type TrimReport,
} from '@trimtab/protocol';
import { type Again, type Planned, planTrim } from './plan.ts';

/** What may be discarded again: filesystems of the last trim of which FITRIM returned 0 on ext4, and no others. */
export function planCure({
  last,
  cures,
  inventory,
  mounts,
}: {
  /** The report of the last trim, unless that was a cure, or was cured. */
  last: TrimReport | null;
  /** The trim that the host wants cured. */
  cures: TrimId;
  inventory: Inventory;
  mounts: readonly string[] | null;
}): Planned {
  if (last === null || last.id !== cures)
    return refuse({ cures, cause: 'it is not the last trim of this agent, or was cured' });
  const stale = last.filesystems
    .filter(({ kind, outcome }) => isExt(kind) && outcome.status === 'done' && outcome.trimmedBytes === 0)
    .map(({ mount }) => mount);
  if (stale.length === 0)
    return refuse({ cures, cause: 'it found something new on every ext4 filesystem, or trimmed no ext4' });
  const chosen = inventory.filesystems.filter(
    (each) => stale.includes(each.mount) && isExt(each.kind) && each.obstacle === null && isAsked(each, mounts),
  );
  if (chosen.length === 0)
    return refuse({
      cures,
      cause: `nothing that was asked for has to be discarded again; ext4 found nothing new on ${stale.join(', ')}`,
    });

  const planned = planTrim({ inventory, mounts: chosen.map(({ mount }) => mount) });
  if (planned.kind === 'refused') return planned;
  const filesystems = planned.plan.filesystems.map((filesystem) => {
    const found = chosen.find(({ mount }) => mount === filesystem.mount);
    return { ...filesystem, again: found === undefined ? null : planAgain({ inventory, filesystem: found }) };
  });
  return { kind: 'planned', plan: { ...planned.plan, filesystems } };
}

function isAsked({ mount, alsoMountedAt }: Filesystem, mounts: readonly string[] | null): boolean {
  return mounts === null || [mount, ...alsoMountedAt].some((each) => mounts.includes(each));
}

function planAgain({ inventory, filesystem }: { inventory: Inventory; filesystem: Filesystem }): Again {
  const { blockBytes, devices } = filesystem;
  if (blockBytes === null) return { minimumBytes: 0, obstacle: 'the block size of the filesystem is not known' };
  const minimumBytes = halfGroupBytes(blockBytes);
  const granularityBytes = inventory.layers.find(({ name }) => name === devices[0])?.discard.granularityBytes ?? 0;
  const tooCoarse = `${devices[0]} discards in pieces of ${granularityBytes} bytes, and half a block group is ${minimumBytes}: ext4 cannot be made to discard again`;
  return { minimumBytes, obstacle: granularityBytes < minimumBytes ? null : tooCoarse };
}

function refuse({ cures, cause }: { cures: TrimId; cause: string }): Planned {
  return {
    kind: 'refused',
    problem: {
      code: 'nothing-to-cure',
      operation: 'discard again',
      subject: `trim ${cures}`,
      cause: cause.slice(0, 1000),
      hint: 'Only the last trim can be cured, once, while the agent runs on, and only where ext4 said 0 bytes. Trim once more, then ask again.',
    },
  };
}
