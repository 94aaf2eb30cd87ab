import { nestsDeeperThan } from '../model/json-depth.ts';

/** Of an answer that a program passes on: as much as of one that is read from the guest itself. */
export const MOST_JSON_CHARACTERS = 4 * 1024 * 1024;
/** The deepest that qemu-ga has, a disk of a filesystem, is 4. */
export const MOST_JSON_DEPTH = 32;

/** Undefined for what is no JSON, and for what is longer or nests deeper than any answer. */
export function parseJson(text: string): unknown {
  if (text.length > MOST_JSON_CHARACTERS || nestsDeeperThan(MOST_JSON_DEPTH, text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
