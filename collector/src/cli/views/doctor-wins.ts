import { formatBytes } from '@trimtab/protocol/shared';
import type { DoctorView } from '../../model/doctor.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import type { Page } from './page.ts';

/** More would push the sum out of sight. */
const WINS_SHOWN = 3;

const COLUMNS: readonly Column[] = [
  { heading: 'GUEST/DISK', shrink: 'end' },
  { heading: 'NOW', align: 'right' },
  { heading: 'AFTER THE FIXES', align: 'right' },
];

/**
 * The disks of which most could come back, below the rest: the terminal has scrolled past the first. Nothing where one
 * disk is all.
 */
export function formatWins({ guests }: DoctorView, { width, paint }: Page): string[] {
  const wins = guests
    .flatMap(({ name, disks }) => disks.map((disk) => ({ name, disk })))
    .filter(({ disk }) => (disk.afterFixesBytes ?? 0) > 0)
    .sort((one, other) => (other.disk.afterFixesBytes ?? 0) - (one.disk.afterFixesBytes ?? 0));
  if (wins.length < 2) return [];
  const rows = wins
    .slice(0, WINS_SHOWN)
    .map(({ name, disk }): Cell[] => [
      { text: name, tail: `/${disk.device ?? disk.disk ?? 'a disk'}`, style: null },
      formatBytes(disk.nowBytes),
      formatBytes(disk.afterFixesBytes),
    ]);
  return [
    '',
    paint('heading', 'Biggest wins'),
    ...formatTable({ columns: COLUMNS, rows, width, indent: '  ', paint }),
    '',
  ];
}
