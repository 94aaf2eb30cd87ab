import { formatJson, toPlain } from '@trimtab/protocol/shared';
import type { Terminal, TextSink } from '../ports/terminal.ts';
import { pageOf } from './page-of.ts';
import type { Page } from './views/page.ts';

/**
 * The one way of an answer to stdout: as the JSON document that it is, or in words. A view gets only what is plain, so
 * that no word of a guest becomes a line or a colour, whichever field a view shows of it.
 */
export function tellAnswer<Answer>({
  terminal,
  answer,
  isJson,
  format,
}: {
  terminal: Terminal;
  answer: Answer;
  isJson: boolean;
  format: (plain: Answer, page: Page) => string;
}): void {
  if (isJson) terminal.out.write(formatJson(answer));
  else showOn({ sink: terminal.out, terminal, answer, format });
}

/** The same in words alone, on either of the two streams. */
export function showOn<Answer>({
  sink,
  terminal,
  answer,
  format,
}: {
  sink: TextSink;
  terminal: Terminal;
  answer: Answer;
  format: (plain: Answer, page: Page) => string;
}): void {
  sink.write(format(toShown(answer), pageOf(terminal)));
}

/** What is shown of an answer anywhere else. */
export function toShown<Answer>(answer: Answer): Answer {
  return toPlain(answer, OWN_LINES);
}

/** `fix` of a trim is text of several lines of ours (diagnose/format-fix.ts); a view shows it where `remedy` is not. */
const OWN_LINES = ['fix'];
