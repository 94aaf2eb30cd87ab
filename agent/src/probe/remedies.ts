import { type Filesystem, type Inventory, TEXT_LIMIT } from '@trimtab/protocol';
import { type Fix, findGuestCauses, type GuestFinding } from '@trimtab/protocol/causes';

/** Obstacles that a cause of the closed list explains: it alone words the remedy. */
const EXPLAINED: ReadonlySet<string> = new Set(['no-discard', 'no-fitrim']);

/** Gives those obstacles the fix of their cause as a hint, for whoever shows obstacles only. */
export function addRemedies(inventory: Inventory): Inventory {
  const isExplained = ({ obstacle }: Filesystem): boolean => obstacle !== null && EXPLAINED.has(obstacle.code);
  if (!inventory.filesystems.some(isExplained)) return inventory;
  const lost = findGuestCauses(inventory).filter(({ cause }) => cause.effect === 'lost');
  return {
    ...inventory,
    filesystems: inventory.filesystems.map((filesystem) =>
      isExplained(filesystem) ? withHint({ filesystem, lost }) : filesystem,
    ),
  };
}

function withHint({ filesystem, lost }: { filesystem: Filesystem; lost: readonly GuestFinding[] }): Filesystem {
  const fix = lost.find(({ mount, fix }) => mount === filesystem.mount && fix !== null)?.fix ?? null;
  if (fix === null || filesystem.obstacle === null) return filesystem;
  return { ...filesystem, obstacle: { ...filesystem.obstacle, hint: toHint(fix).slice(0, TEXT_LIMIT) } };
}

function toHint({ on, commands, note }: Fix): string {
  const run = commands.length === 0 ? null : `${on === 'guest' ? 'As root' : 'On the host'}: ${commands.join('; ')}`;
  return [run, note].filter((part) => part !== null).join(run !== null && note !== null ? ' — ' : '');
}
