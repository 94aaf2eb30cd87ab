import { formatBytes } from '../../shared/format-bytes.ts';
import type { Fix } from '../cause.ts';
import { UNSEEN } from '../quote.ts';
import type { GuestPlace } from './guest-cause.ts';

const RUNS = new RegExp(`(?:${UNSEEN.source})+`, 'gu');

/**
 * Names of mounts, devices, groups and programs are the guest's, and so is the word of its agent: a line break in one
 * could make the rest look like a line of ours. Plain spaces stay, for a note may quote a path.
 */
const inOneLine = (text: string): string => text.replaceAll(RUNS, ' ').trim();

/** A place without a character that nobody sees; its commands have none, for `quote` writes them by their bytes. */
export function inPlainLines(place: GuestPlace): GuestPlace {
  const { sentence, evidence, fix, held } = place;
  const plain = {
    ...place,
    sentence: inOneLine(sentence),
    evidence: evidence.map(({ fact, value }) => ({ fact: inOneLine(fact), value: inOneLine(value) })),
    fix: fix === null ? null : fixInPlainLines(fix),
  };
  if (held === undefined) return plain;
  return { ...plain, held: { ...held, tellLess: (takenBytes) => inOneLine(held.tellLess(takenBytes)) } };
}

function fixInPlainLines(fix: Fix): Fix {
  const note = fix.note === null ? null : inOneLine(fix.note);
  return fix.first === undefined ? { ...fix, note } : { ...fix, first: inOneLine(fix.first), note };
}

/** What a person does by hand. */
export const byHand = (note: string): Fix => ({ on: 'guest', commands: [], note, needsPowerCycle: false });

/** As a bound of what the host holds of a place. */
export const allOf = (takenBytes: number): string => `${formatBytes(takenBytes)}, all that the image takes`;
