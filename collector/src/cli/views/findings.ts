import type { Finding } from '../../model/domain.ts';
import { wrap } from '../wrap.ts';
import type { Page } from './page.ts';

/** `! subject: sentence` and, below it, what to do; said once for all subjects it is true of. */
export function formatFindings(findings: readonly Finding[], { width, paint }: Page): string[] {
  if (findings.length === 0) return [];
  const groups = Map.groupBy(findings, ({ sentence, hint }) => JSON.stringify([sentence, hint]));
  const lines = [...groups.values()].flatMap(([first, ...more]) => (first === undefined ? [] : format(first, more)));
  return ['', paint('heading', 'Findings'), ...lines];

  function format({ subject, sentence, hint }: Finding, more: readonly Finding[]): string[] {
    const subjects = [subject, ...more.map((other) => other.subject)].join(', ');
    return [
      ...wrap({ text: `${subjects}: ${sentence}`, width, first: '  ! ', rest: '    ' }).map((line) =>
        paint('unsure', line),
      ),
      ...(hint === null ? [] : wrap({ text: hint, width, first: '    ' })),
    ];
  }
}
