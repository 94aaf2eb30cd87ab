import type { Finding } from '../../model/domain.ts';
import { wrap } from '../wrap.ts';
import type { Page } from './page.ts';

/** `! subject: sentence` and, below it, what to do. */
export function formatFindings(findings: readonly Finding[], { width, paint }: Page): string[] {
  if (findings.length === 0) return [];
  const lines = findings.flatMap(({ subject, sentence, hint }) => [
    ...wrap({ text: `${subject}: ${sentence}`, width, first: '  ! ', rest: '    ' }).map((line) =>
      paint('unsure', line),
    ),
    ...(hint === null ? [] : wrap({ text: hint, width, first: '    ' })),
  ]);
  return ['', paint('heading', 'Findings'), ...lines];
}
