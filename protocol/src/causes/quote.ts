/**
 * One word for a shell, as the line is there to be copied: names of guests, mounts and volumes are somebody's choice. What would end
 * the line, or could not be seen in it, is written by its bytes (bash(1), QUOTING, `$'…'`), so that a word never becomes two commands.
 */
export function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!UNSEEN.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${[...word].map(byBytes).join('')}'`;
}

/** Control and format characters, line and paragraph ends, and every space but the plain one. */
const UNSEEN = /(?! )[\p{C}\p{Z}]/u;

function byBytes(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  if (!UNSEEN.test(character)) return character;
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
