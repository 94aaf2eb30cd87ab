import type { Fix } from '@trimtab/protocol/causes';
import { groupDigits } from '@trimtab/protocol/shared';
import type { DoctorFinding } from '../../model/doctor.ts';
import type { Style } from '../paint.ts';
import { wrap } from '../wrap.ts';
import { formatCommand } from './command.ts';
import { formatInstant } from './format-time.ts';
import type { Page } from './page.ts';

const STYLES: Readonly<Record<DoctorFinding['effect'], Style>> = {
  lost: 'bad',
  held: 'bad',
  stale: 'unsure',
  unmeasurable: 'quiet',
  inconclusive: 'quiet',
  note: 'quiet',
};

/** One cause: what it does, where, why, what proves it, and the lines that end it. A note is a sentence. */
export function formatCause(finding: DoctorFinding, page: Page): string[] {
  const { width, paint, timeZone } = page;
  const { cause, hop, effect, sentence, evidence, fix, page: where, seenByTrimAt } = finding;
  const isNote = effect === 'note';
  const label = isNote ? 'note' : `${effect} at ${hop}`;
  const seen =
    seenByTrimAt === null ? '' : ` (as the trim of ${formatInstant({ iso: seenByTrimAt, timeZone })} showed)`;
  const heading = wrap({ text: `${label}: ${sentence}${seen}`, width, first: '    ', rest: '      ' });
  const facts = evidence.flatMap(({ fact, value }) =>
    wrap({ text: `${fact}: ${groupDigits(value)}`, width, first: '        ', rest: '          ' }),
  );
  return [
    ...heading.map((line) => paint(STYLES[effect], line)),
    ...(facts.length === 0 || isNote ? [] : ['      Evidence:', ...facts]),
    ...(fix === null ? [] : formatFix(fix, page)),
    ...wrap({ text: `More: ${where} (${cause})`, width, first: '      ' }).map((line) => paint('quiet', line)),
  ];
}

/**
 * Commands stand further in than what is said of them, and are broken so that a shell takes them as they are: they are
 * there to be copied.
 */
function formatFix({ on, first, commands, note, needsPowerCycle }: Fix, { width }: Page): string[] {
  const prose = (text: string) => wrap({ text, width, first: '        ' });
  const cycle = needsPowerCycle ? ', with a power cycle' : '';
  return [
    `      Fix, ${on === 'host' ? 'on the host' : 'in the guest, as root'}${cycle}:`,
    ...(first === undefined ? [] : prose(first)),
    ...commands.flatMap((command) => formatCommand({ command, width, indent: '          ' })),
    ...(note === null ? [] : prose(note)),
  ];
}
