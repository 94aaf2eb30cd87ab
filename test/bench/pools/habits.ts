import type { Dice } from '../forecast/dice.ts';

/** What a guest does on each day, as shell lines; nothing on a day without any. */
export type Habit = (dice: Dice) => (day: number) => readonly string[];

const WORKDAYS = 5;
const KIB_A_PIECE = 64;

/** Past the guest's cache, so that the image has it at once. */
function write({ file, mib }: { file: string; mib: number }): readonly string[] {
  const pieces = Math.round((mib * 1024) / KIB_A_PIECE);
  if (pieces < 1) return [];
  return [`dd if=/dev/zero of=/data/${file} bs=${KIB_A_PIECE}K count=${pieces} oflag=direct conv=fsync status=none`];
}

const remove = (...files: readonly string[]) =>
  files.length === 0 ? [] : [`cd /data && rm -f ${files.join(' ')} && sync -f .`];
const TRIM = 'fstrim /data';

const isWorkday = (day: number) => day % 7 < WORKDAYS;

/** People save files: on workdays much, at weekends little, and delete nothing. */
export const office: Habit = (dice) => (day) =>
  write({ file: `saved-${day}`, mib: isWorkday(day) ? dice.between([0.5, 2]) : dice.between([0, 0.3]) });

/** Builds are kept for three days, releases for good; fstrim runs once a week. */
export const builds: Habit = (dice) => (day) => [
  ...write({ file: `build-${day}`, mib: isWorkday(day) ? dice.between([6, 14]) : 2 }),
  ...(day % 14 === 4 ? write({ file: `release-${day}`, mib: dice.between([4, 10]) }) : []),
  ...remove(`build-${day - 3}`),
  ...(day % 7 === 6 ? [TRIM] : []),
];

/** Now and then data comes in at once; a part of it is wanted for some weeks only. Its mount discards by itself. */
export const imports: Habit = (dice) => {
  const leaving = new Map<number, string>();
  return (day) => {
    const gone = leaving.get(day);
    const lines = gone === undefined ? [] : remove(gone);
    if (!dice.chance(1 / 12)) return lines;
    if (dice.chance(1 / 3)) leaving.set(day + dice.wholeBetween([5, 30]), `import-${day}`);
    return [...lines, ...write({ file: `import-${day}`, mib: Math.min(150, 25 * dice.exponential()) })];
  };
};

/** It grows every day, until somebody deletes about half of it, the oldest first, and trims. */
export const archive: Habit = (dice) => {
  let kept: string[] = [];
  return (day) => {
    kept.push(`archived-${day}`);
    const lines = write({ file: `archived-${day}`, mib: dice.between([1, 3]) });
    if (!dice.chance(1 / 120)) return lines;
    const gone = kept.slice(0, Math.floor(kept.length * dice.between([0.3, 0.7])));
    kept = kept.slice(gone.length);
    return [...lines, ...remove(...gone), TRIM];
  };
};

/** Projects of one to four months, each with a pace of its own. */
export const projects: Habit = (dice) => {
  let [endsOn, mibADay] = [0, 0];
  return (day) => {
    if (day >= endsOn) [endsOn, mibADay] = [day + dice.wholeBetween([30, 120]), dice.scaleBetween([0.1, 5])];
    return write({ file: `project-${day}`, mib: mibADay * dice.between([0.5, 1.5]) });
  };
};

/** It writes and deletes, and nobody trims: the image grows until it has all blocks of the filesystem. */
export const untrimmed: Habit = (dice) => (day) => [
  ...write({ file: `cached-${day}`, mib: dice.between([3, 12]) }),
  ...remove(`cached-${day - 20}`),
];

/** A backup a day for two weeks, one a week for eight, one a month for good. Its mount discards by itself. */
export const backups: Habit = (dice) => (day) => {
  const size = (6 + day / 100) * dice.between([0.9, 1.1]);
  return [
    ...write({ file: `daily-${day}`, mib: size }),
    ...(day % 7 === 6 ? write({ file: `weekly-${day}`, mib: 2 * size }) : []),
    ...(day % 30 === 29 ? write({ file: `monthly-${day}`, mib: 3 * size }) : []),
    ...remove(`daily-${day - 14}`, `weekly-${day - 56}`),
  ];
};

/** Logs are written and rotated away: it goes up and down, and does not grow. Its mount discards by itself. */
export const logs: Habit = (dice) => (day) => [
  ...write({ file: `log-${day}`, mib: (isWorkday(day) ? 4 : 1) * dice.between([0.5, 2]) }),
  ...remove(`log-${day - 14}`),
];

/** People leave: what was there at first goes, piece by piece, and once a week fstrim runs. */
export const leaving: Habit = (dice) => {
  let gone = 0;
  return (day) => [
    ...write({ file: `saved-${day}`, mib: dice.between([0, 0.2]) }),
    ...(dice.chance(1 / 10) ? remove(`first-${gone++}`) : []),
    ...(day % 7 === 6 ? [TRIM] : []),
  ];
};

/** Rows come every day; the file is lengthened by 48 MiB whenever it is full. */
export const database: Habit = (dice) => {
  let room = 0;
  return (day) => {
    room -= dice.between([0.5, 2.5]);
    if (room > 0) return [];
    room += 48;
    return write({ file: `rows-${day}`, mib: 48 });
  };
};
