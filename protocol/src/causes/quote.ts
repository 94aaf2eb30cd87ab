/**
 * Writes a text as one word of a shell line that people will copy: somebody else chose the names of guests, mounts and
 * volumes. What would end the line, or could not be seen in it, is written by its bytes (bash(1), QUOTING, `$'…'`), so
 * that no name becomes a second command.
 */
export function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!UNSEEN.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${[...word].map(byBytes).join('')}'`;
}

/** Control and format characters, line and paragraph ends, and every space but the plain one. */
export const UNSEEN = /(?! )[\p{C}\p{Z}]/u;

function byBytes(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  if (!UNSEEN.test(character)) return character;
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
