import { NAME_LIMIT } from '@trimtab/protocol';

/** The nth that wants this name: `web~2`. A name that is too long for the wire with it is cut. */
export function withSuffix(name: string, nth: number): string {
  const suffix = `~${nth}`;
  // A cut in the middle of a character leaves half of one.
  return `${name.slice(0, NAME_LIMIT - suffix.length).toWellFormed()}${suffix}`;
}
