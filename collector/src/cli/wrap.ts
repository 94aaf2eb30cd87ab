import { textWidth } from './text-width.ts';

/**
 * Lines of at most `width` columns, broken at spaces; a word that is longer stays whole. The text is plain.
 */
export function wrap({
  text,
  width,
  first = '',
  rest = first,
}: {
  text: string;
  width: number;
  /** What the first line begins with, and the others. */
  first?: string;
  rest?: string;
}): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (!empty && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(line);
  return lines;
}
