import { toPlainText } from '@trimtab/protocol/shared';
import type { TextSink } from '../ports/terminal.ts';
import { wrap } from './wrap.ts';

/** A sentence on a line of its own, whoever's words are in it. */
export function say(sink: Pick<TextSink, 'write'>, sentence: string): void {
  sink.write(`${toPlainText(sentence)}\n`);
}

/** A sentence that may be longer than the terminal is wide. */
export function sayWrapped(sink: Pick<TextSink, 'write' | 'columns'>, sentence: string): void {
  sink.write(`${wrap({ text: toPlainText(sentence), width: sink.columns }).join('\n')}\n`);
}
