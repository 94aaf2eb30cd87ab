const WIDTH = 100;

/** A word; code in backquotes is one, so that no line ends in the middle of it. */
const WORD = /(?:`[^`]*`|[^\s`])+/g;

/**
 * Prose in lines of at most 100 columns; those after the first begin with `indent`. A word that is longer stays whole.
 */
export function wrapProse({ text, indent = '' }: { readonly text: string; readonly indent?: string }): string {
  const [first = '', ...words] = text.match(WORD) ?? [];
  const lines = [first];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(indent + word);
  }
  return lines.join('\n');
}
