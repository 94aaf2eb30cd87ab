import type { ServeCheck } from '../../model/serve-check.ts';
import { wrap } from '../wrap.ts';
import type { Page } from './page.ts';

/** What it would do, and what is worth knowing before. Errors are told as all errors are. */
export function formatServeCheck({ configuration, would, notes }: ServeCheck, { width, paint }: Page): string {
  const by =
    configuration === null ? 'It would start, without a configuration file' : `It would start, by ${configuration}`;
  const list = (lines: readonly string[]) => lines.flatMap((text) => wrap({ text, width, first: '  ', rest: '    ' }));
  return `${[
    ...wrap({ text: `${by}, and`, width }).map((line) => paint('good', line)),
    ...list(would),
    ...(notes.length === 0 ? [] : [paint('heading', 'Notes'), ...list(notes)]),
  ].join('\n')}\n`;
}
