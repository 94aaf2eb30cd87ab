import type { DoctorFinding, DoctorGuest } from '../../model/doctor.ts';
import { wrap } from '../wrap.ts';
import { formatCause } from './doctor-finding.ts';
import type { Page } from './page.ts';

/** One note that is true in more than one place, and of whom: how often of each guest. */
interface SharedNote {
  readonly finding: DoctorFinding;
  readonly guests: ReadonlyMap<string, number>;
}

/**
 * Every container host has its overlays, and every Debian its fstrim.timer: what is said of them is said once, and not
 * in each guest.
 */
export function findSharedNotes(guests: readonly DoctorGuest[]): readonly SharedNote[] {
  const notes = guests.flatMap(({ name, findings }) => findings.filter(isNote).map((finding) => ({ name, finding })));
  return [...Map.groupBy(notes, ({ finding }) => toKey(finding)).values()].flatMap(([first, ...more]) => {
    if (first === undefined || more.length === 0) return [];
    const byGuest = Map.groupBy([first, ...more], ({ name }) => name);
    return [
      { finding: first.finding, guests: new Map([...byGuest].map(([name, those]) => [name, those.length] as const)) },
    ];
  });
}

/** What is left to say of a guest by itself. */
export function withoutShared(
  findings: readonly DoctorFinding[],
  shared: readonly SharedNote[],
): readonly DoctorFinding[] {
  const told = new Set(shared.map(({ finding }) => toKey(finding)));
  return findings.filter((finding) => !isNote(finding) || !told.has(toKey(finding)));
}

export function formatSharedNotes(shared: readonly SharedNote[], page: Page): string[] {
  if (shared.length === 0) return [];
  const notes = shared.flatMap(({ finding, guests }) => {
    const names = [...guests].map(([name, times]) => (times === 1 ? name : `${name} (${times} times)`));
    return [
      ...formatCause(finding, page),
      ...wrap({ text: `True of: ${names.join(', ')}`, width: page.width, first: '      ', rest: '        ' }),
    ];
  });
  return ['', page.paint('heading', 'Notes'), ...notes];
}

const isNote = ({ effect }: DoctorFinding): boolean => effect === 'note';

/** The same cause with the same advice; the sentence names the mount. */
const toKey = ({ cause, fix }: DoctorFinding): string => JSON.stringify([cause, fix]);
