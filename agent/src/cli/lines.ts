const STEP = '  ';
/** Below this a chain is nested deeper than the page is wide. */
const DEEPEST = 8;

/** A line before it is wrapped; what does not fit goes on under its first word, two columns further in. */
export interface Line {
  readonly kind: 'line';
  readonly depth: number;
  readonly text: string;
}

export function line(depth: number, text: string): Line {
  return { kind: 'line', depth: Math.min(depth, DEEPEST), text };
}

/** Breaks between words only: a path or a command is copied from here. Two spaces in a row are kept. */
export function wrap({ depth, text }: Line, width: number): readonly string[] {
  const indent = STEP.repeat(depth);
  const lines: string[] = [];
  let current = indent;
  for (const word of text.split(/(?<=\S)(?= +\S)/)) {
    if (current.length + word.length <= width || current.trim() === '') {
      current += word;
      continue;
    }
    lines.push(current);
    current = `${indent}${STEP}${word.trimStart()}`;
  }
  return [...lines, current];
}
