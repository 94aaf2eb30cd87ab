import { type Filesystem, type Inventory, TEXT_LIMIT } from '@trimtab/protocol';
import type { Fix, GuestFinding } from '@trimtab/protocol/causes';

/** Obstacles that a cause of the closed list explains: it alone words the remedy. */
const EXPLAINED: ReadonlySet<string> = new Set(['no-discard', 'no-fitrim']);

/** Gives those obstacles the fix of their cause as a hint, for whoever shows obstacles only. */
export async function addRemedies(inventory: Inventory): Promise<Inventory> {
  const isExplained = ({ obstacle }: Filesystem): boolean => obstacle !== null && EXPLAINED.has(obstacle.code);
  if (!inventory.filesystems.some(isExplained)) return inventory;
  // Loaded only where there is something to explain: an agent that only waits does without the list.
  const { findGuestCauses } = await import('@trimtab/protocol/causes');
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

/** In one line: `As root: COMMAND; COMMAND (what to mind)`. */
function toHint({ on, commands, note, needsPowerCycle }: Fix): string {
  const place = on === 'guest' ? 'As root' : 'On the host';
  const power = needsPowerCycle ? 'Then power the guest off and on.' : null;
  const words = [note, power].filter((part) => part !== null).join(' ');
  if (commands.length === 0) return on === 'guest' ? words : `${place}: ${words}`;
  return `${place}: ${commands.join('; ')}${words === '' ? '' : ` (${words})`}`;
}
