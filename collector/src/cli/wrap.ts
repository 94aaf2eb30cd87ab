import { toPlainText } from './plain-text.ts';
import { textWidth } from './text-width.ts';

/**
 * Lines of at most `width` columns, broken at spaces; a word that is longer stays whole. Text of a guest is made plain.
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
  for (const word of text.split(/\s+/).map(toPlainText).filter(Boolean)) {
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
