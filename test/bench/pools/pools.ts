import * as habits from './habits.ts';

export interface PoolGuest {
  readonly habit: habits.Habit;
  /** What it holds when it comes. */
  readonly firstMib: number;
  /** The day on which it comes; the first if absent. */
  readonly comesOn?: number;
  /** Of its filesystem; 16 GiB if absent. */
  readonly sizeMib?: number;
  /** Of `mount`, as `discard`. */
  readonly mountOption?: string;
}

export interface MadePool {
  readonly name: string;
  readonly guests: readonly PoolGuest[];
}

const discards = { mountOption: 'discard' } as const;

/** Each on a filesystem of its own. The same names give the same habits each time. */
export const POOLS: readonly MadePool[] = [
  { name: 'pool-01', guests: [{ habit: habits.office, firstMib: 300 }] },
  { name: 'pool-02', guests: [{ habit: habits.builds, firstMib: 300 }] },
  { name: 'pool-03', guests: [{ habit: habits.imports, firstMib: 400, ...discards }] },
  {
    name: 'pool-04',
    guests: [
      { habit: habits.office, firstMib: 200 },
      { habit: habits.builds, firstMib: 150 },
      { habit: habits.imports, firstMib: 120, comesOn: 170, ...discards },
    ],
  },
  { name: 'pool-05', guests: [{ habit: habits.archive, firstMib: 200 }] },
  {
    name: 'pool-06',
    guests: [{ habit: habits.projects, firstMib: 300 }],
  },
  { name: 'pool-07', guests: [{ habit: habits.untrimmed, firstMib: 100, sizeMib: 1_200 }] },
  { name: 'pool-08', guests: [{ habit: habits.backups, firstMib: 100, ...discards }] },
  {
    name: 'pool-09',
    guests: [
      { habit: habits.logs, firstMib: 300, ...discards },
      { habit: habits.leaving, firstMib: 500 },
    ],
  },
  {
    name: 'pool-10',
    guests: [{ habit: habits.database, firstMib: 300 }],
  },
];
