import type { TextSink } from '../ports/terminal.ts';
import { wrap } from './wrap.ts';

/**
 * An error as people read it: no wider than their terminal, further lines indented below the first. Where stderr is no
 * terminal, a line stays a line, for a log and for grep.
 */
export function wrapError(text: string, { isTerminal, columns }: Pick<TextSink, 'isTerminal' | 'columns'>): string {
  if (!isTerminal) return text;
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      return wrap({ text: line, width: columns, first: indent, rest: `${indent}  ` });
    })
    .join('\n');
}
