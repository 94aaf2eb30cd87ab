import { GUEST_CAUSES } from '@trimtab/protocol/causes';
import type { DoctorFinding, DoctorGuest } from '../../model/doctor.ts';
import { wrap } from '../wrap.ts';
import { formatCause } from './doctor-finding.ts';
import type { Page } from './page.ts';

/** A container host has an overlay a container. */
const MOUNTS_TOLD = 4;

/** One note that is true in more than one place. */
interface SharedNote {
  /** With a sentence that is true in all of them. */
  readonly finding: DoctorFinding;
  /** In the order of the guests; a guest is named once a place. */
  readonly places: readonly { readonly name: string; readonly mount: string | null }[];
}

/**
 * Every container host has its overlays, and every Debian its fstrim.timer: what is said of them is said once, and not
 * in each guest.
 */
export function findSharedNotes(guests: readonly DoctorGuest[]): readonly SharedNote[] {
  const notes = guests.flatMap(({ name, findings }) => findings.filter(isNote).map((finding) => ({ name, finding })));
  return [...Map.groupBy(notes, ({ finding }) => toKey(finding)).values()].flatMap(([first, ...more]) => {
    if (first === undefined || more.length === 0) return [];
    const isSame = more.every(({ finding }) => finding.sentence === first.finding.sentence);
    const sentence = isSame ? first.finding.sentence : (titleOf(first.finding) ?? first.finding.sentence);
    const places = [first, ...more].map(({ name, finding: { mount } }) => ({ name, mount }));
    return [{ finding: { ...first.finding, sentence }, places }];
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
  const notes = shared.flatMap(({ finding, places }) => {
    const told = [...Map.groupBy(places, ({ name }) => name)].map(([name, own]) => tellPlaces(name, own));
    return [
      ...formatCause(finding, page),
      ...wrap({ text: `True of: ${told.join(', ')}`, width: page.width, first: '      ', rest: '        ' }),
    ];
  });
  return ['', page.paint('heading', 'Notes'), ...notes];
}

const isNote = ({ effect }: DoctorFinding): boolean => effect === 'note';

function tellPlaces(name: string, places: SharedNote['places']): string {
  const mounts = places.flatMap(({ mount }) => mount ?? []);
  if (mounts.length < places.length) return places.length === 1 ? name : `${name} (${places.length} times)`;
  const rest = mounts.length - MOUNTS_TOLD;
  return `${name} (${mounts.slice(0, MOUNTS_TOLD).join(', ')}${rest > 0 ? `, and ${rest} more` : ''})`;
}

/**
 * The same cause with the same advice; the sentences may differ in the mount, and where the cause has a title that is
 * told instead of them. One that this program does not know has none.
 */
const toKey = (finding: DoctorFinding): string =>
  JSON.stringify([finding.cause, finding.fix, titleOf(finding) === null ? finding.sentence : null]);

const titleOf = ({ cause }: DoctorFinding): string | null => GUEST_CAUSES.find(({ id }) => id === cause)?.title ?? null;
