import { quote } from '@trimtab/protocol/causes';
import type { AlertReading } from '../../model/alert-state.ts';
import type { ConclusiveTrim, GuestFacts } from '../facts.ts';
import { type Rule, standOf } from '../rule.ts';

/** Discards that came to nothing: space is not given back, or somebody holds it. */
const IN_VAIN: ReadonlySet<string> = new Set(['lost', 'held']);

type Disk = ConclusiveTrim['disks'][number];

/** A guest that trims, of which one disk's last trims all gave nothing back. One that did ends it. */
export const trimsWithoutEffect: Rule = {
  read: ({ guests }, { alertTrims }) => (guests ?? []).flatMap((guest) => readGuest(guest, alertTrims)),
  timing: () => ({ startAfterMs: 0, endAfterMs: 0 }),
};

function readGuest({ name, trims }: GuestFacts, wanted: number): AlertReading[] {
  // Disks of earlier trims may be gone.
  const [newest] = trims;
  if (newest === undefined) return [];
  const counted = newest.disks.map((disk) => ({ disk, inVain: countInVain(disk, trims) }));
  const most = Math.max(0, ...counted.map(({ inVain }) => inVain));
  const concerned = counted.filter(({ inVain }) => inVain > 0 && inVain >= Math.min(wanted, most));
  const shown = concerned.map(({ disk }) => `${disk.device} ${describe(disk)}`).join(', ');
  return [
    {
      rule: 'trims-without-effect',
      subject: name,
      stands: standOf({ figure: most, mark: wanted, lower: 1 }),
      severity: 'warning',
      sentence: `The last ${most === 1 ? 'trim' : `${most} trims`} of ${name} gave nothing back: ${shown}.`,
      hint: `trimtab doctor ${quote(name)} says why, and what mends it.`,
      values: { trimsInVain: most, disksConcerned: concerned.length },
      badness: { level: concerned.length, step: 0 },
    },
  ];
}

/** How many of the newest trims of this disk were in vain, one after the other. */
function countInVain(wanted: Disk, trims: readonly ConclusiveTrim[]): number {
  const own = trims.flatMap(({ disks }) => disks.find((disk) => isSame(disk, wanted)) ?? []);
  const good = own.findIndex(({ verdict }) => !IN_VAIN.has(verdict));
  return good === -1 ? own.length : good;
}

const isSame = (one: Disk, other: Disk): boolean => one.device === other.device && one.image === other.image;

function describe({ verdict, lostAt }: Disk): string {
  return lostAt === null ? `(${verdict})` : `(${verdict} at ${lostAt})`;
}
