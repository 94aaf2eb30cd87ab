export interface Shift {
  /** The day, as a place in the history, at whose end the level had moved. */
  readonly index: number;
  readonly change: number;
}

export interface SteadyHistory {
  /** The levels without the shifts: those before each are moved, the present is as it is. */
  readonly steady: Float64Array;
  /** Oldest first. */
  readonly shifts: readonly Shift[];
}

/** How far to either side of a day its neighbours are looked at: in a rhythm by the month it has two of its kind. */
const REACH_DAYS = 35;
const WEEK_DAYS = 7;

/**
 * Takes out the days that moved the level by more than all of their neighbours together (as the root of their squares:
 * among ten equally rough weeks, one day that is over eight times as rough). A new guest, an import, a big delete
 * or the first trim in a year is such a day. Weekly rhythm, noise, and growth by imports of one size are not, since no
 * single day of theirs stands out; and what comes and goes is not, since it does not last.
 */
export function separateShifts(levels: Float64Array): SteadyHistory {
  const shifts = findShifts(levels);
  const steady = Float64Array.from(levels);
  let moved = 0;
  let left = shifts.length - 1;
  for (let index = steady.length - 1; index >= 0; index -= 1) {
    for (let shift = shifts[left]; shift !== undefined && shift.index > index; shift = shifts[left]) {
      moved += shift.change;
      left -= 1;
    }
    steady[index] = (levels[index] ?? 0) + moved;
  }
  return { steady, shifts };
}

function findShifts(levels: Float64Array): Shift[] {
  const squares = levels.subarray(1).map((level, before) => (level - (levels[before] ?? 0)) ** 2);
  const found: Shift[] = [];
  for (const [index, square] of squares.entries()) {
    const first = Math.max(0, index - REACH_DAYS);
    const end = Math.min(squares.length, index + REACH_DAYS + 1);
    let ofOthers = 0;
    for (let other = first; other < end; other += 1) ofOthers += other === index ? 0 : (squares[other] ?? 0);
    // Near the ends of a history some neighbours are not known: they are taken to be like the others.
    const standsOut = square * (end - first - 1) > ofOthers * 2 * REACH_DAYS;
    const shift = { index: index + 1, change: (levels[index + 1] ?? 0) - (levels[index] ?? 0) };
    if (standsOut && lasts({ shift, levels })) found.push(shift);
  }
  return found;
}

/** Whether the week after it stands off the week before by at least half of it: what comes and goes does not. */
function lasts({ shift: { index, change }, levels }: { shift: Shift; levels: Float64Array }): boolean {
  const before = middleOf(levels.subarray(Math.max(0, index - WEEK_DAYS), index));
  const after = middleOf(levels.subarray(index, index + WEEK_DAYS));
  return (after - before) / change >= 0.5;
}

function middleOf(levels: Float64Array): number {
  return levels.toSorted()[Math.floor(levels.length / 2)] ?? 0;
}
