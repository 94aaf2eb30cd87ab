import { type Evidence, HOPS, type Hop } from '@trimtab/protocol/causes';
import { formatBytes, groupDigits } from '@trimtab/protocol/shared';
import type { TrimmedFilesystem } from '../../model/trim-account.ts';
import type { DiskResult, TrimResult } from '../../model/trim-result.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { formatCommand } from './command.ts';
import { formatDuration, formatInstant } from './format-time.ts';
import { VERDICT_STYLE } from './history.ts';
import type { Page } from './page.ts';
import { formatAskedBy } from './trust/asked-by.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'HOP' },
  { heading: 'WHO COUNTS' },
  { heading: 'SIZE', align: 'right' },
  { heading: 'BYTES', align: 'right' },
];

export const WHO_COUNTS: Readonly<Record<Hop, string>> = {
  trimmed: 'guest filesystem',
  issued: 'guest block layer',
  received: 'virtual device',
  passed: 'QEMU’s file node',
  reclaimed: 'image',
  regained: 'pool',
};

/** Why a hop has no number, where the reason is always the same. */
const NOT_COUNTED: Readonly<Record<Hop, string>> = {
  trimmed: 'not reported for this disk',
  issued: 'not counted for this disk',
  received: 'not counted for this device',
  passed: 'not counted for this device',
  reclaimed: 'not measured',
  regained: 'not measurable now',
};

/**
 * The end of `trimtab trim`: what became of each filesystem, and for each disk what arrived where, in words and
 * numbers.
 */
export function formatTrim(trim: TrimResult, page: Page): string {
  const cured = trim.curedBy === null ? '' : `, cured by ${trim.curedBy}`;
  const took = trim.durationMs === null ? '' : `, ${formatDuration(trim.durationMs)}`;
  const heading = `${trim.guest}: trim ${trim.id}${cured}${took}`;
  return `${[
    ...wrap({ text: heading, width: page.width, rest: '  ' }).map((line) => page.paint('heading', line)),
    ...wrap({ text: tellStart(trim, page), width: page.width, first: '  ' }),
    ...tellAskedBy(trim, page),
    ...trim.filesystems.flatMap((filesystem) => formatFilesystem(filesystem, page)),
    ...trim.disks.flatMap((disk) => ['', ...formatDisk(disk, page)]),
    ...(trim.amendedAt === null
      ? []
      : [
          '',
          `What the pools regained was added at ${formatInstant({ iso: trim.amendedAt, timeZone: page.timeZone })}.`,
        ]),
  ].join('\n')}\n`;
}

/** A clock that is wrong explains what stands in the guest's own logs. */
function tellStart({ inside, trigger, startedAt, toldStartedAt }: TrimResult, { timeZone }: Page): string {
  const by = inside === 'qemu-ga' ? ', by qemu-ga' : '';
  const told = toldStartedAt === null ? '' : ` (its clock said ${formatInstant({ iso: toldStartedAt, timeZone })})`;
  return `${trigger}${by}, ${formatInstant({ iso: startedAt, timeZone })}${told}`;
}

/** Who may open the socket has no name. */
function tellAskedBy({ askedBy }: TrimResult, { width }: Page): string[] {
  if (askedBy === null || askedBy.kind === 'socket') return [];
  return wrap({ text: `asked for by ${formatAskedBy(askedBy)}`, width, first: '  ' });
}

function formatFilesystem({ mount, kind, disks, durationMs, outcome }: TrimmedFilesystem, page: Page): string[] {
  const { width, paint } = page;
  const where = `${mount} (${kind}${disks.length === 0 ? '' : ` on ${disks.join(', ')}`})`;
  const what =
    outcome.status === 'done'
      ? `${tellTrimmed(outcome.trimmedBytes)}${durationMs === null ? '' : ` in ${formatDuration(durationMs)}`}`
      : `${outcome.status}: ${outcome.message}`;
  const style = outcome.status === 'done' ? null : outcome.status === 'cancelled' ? 'unsure' : 'bad';
  const lines = wrap({ text: `${where}: ${what}`, width, first: '  ', rest: '    ' }).map((line) => paint(style, line));
  const hint = 'hint' in outcome ? outcome.hint : null;
  return hint === null ? lines : [...lines, ...wrap({ text: hint, width, first: '    ' })];
}

/** libvirt says that a trim is over, and nothing of what it came to. */
function tellTrimmed(bytes: number | null): string {
  return bytes === null ? 'asked to trim; what came of it is not told' : `trimmed ${formatBytes(bytes)}`;
}

function formatDisk(disk: DiskResult, page: Page): string[] {
  const { width, paint } = page;
  const [title = '', ...more] = wrap({ text: `${disk.device}  ${tellImage(disk)}`, width, rest: '  ' });
  return [
    paint('heading', title),
    ...more,
    ...formatHops(disk, page),
    '',
    ...wrap({ text: `${disk.verdict}: ${disk.sentence}`, width, first: '  ' }).map((line) =>
      paint(VERDICT_STYLE[disk.verdict], line),
    ),
    ...(disk.cause === null && disk.verdict !== 'lost' ? [] : formatList('Evidence:', disk.evidence, page)),
    ...(disk.fix === null ? [] : formatFix(disk, page)),
    ...(disk.page === null ? [] : ['', ...wrap({ text: `More: ${disk.page}`, width, first: '  ' })]),
    ...formatList('What the guest said cannot be true; the host’s own count was used:', disk.contradictions, page),
    ...formatList('Not measured:', disk.gaps, page),
  ];
}

/** Of what is judged without an image, none was looked for: a loop device of the guest is a file in there. */
function tellImage({ image, matchedBy, verdict }: DiskResult): string {
  if (image === null) return verdict === 'nothing-to-reclaim' ? 'a file in the guest' : 'no image found';
  return `${image}${matchedBy === null ? '' : ` (by ${matchedBy})`}`;
}

function formatHops({ hops }: DiskResult, { width, paint }: Page): string[] {
  const rows = HOPS.map((hop): Cell[] => {
    const bytes = hops[`${hop}Bytes`];
    if (bytes === null) return [hop, WHO_COUNTS[hop], '-', { text: NOT_COUNTED[hop], style: 'quiet' }];
    return [hop, WHO_COUNTS[hop], formatBytes(bytes), bytes.toLocaleString('en-US')];
  });
  return formatTable({ columns: COLUMNS, rows, width, indent: '  ', paint });
}

function formatList(heading: string, facts: readonly Evidence[], { width }: Page): string[] {
  if (facts.length === 0) return [];
  const lines = facts.flatMap(({ fact, value }) =>
    wrap({ text: `${fact}: ${groupDigits(value)}`, width, first: '    ', rest: '      ' }),
  );
  return ['', ...wrap({ text: heading, width, first: '  ' }), ...lines];
}

/** As wide as the text of a fix has always been, which an older collector stored without its parts. */
const FIX_WIDTH = 76;

function formatFix({ fix, remedy, needsPowerCycle }: DiskResult, { width }: Page): string[] {
  const heading = needsPowerCycle === true ? '  Fix, with a power cycle:' : '  Fix:';
  if (remedy === null) return ['', heading, ...(fix ?? '').split('\n').map((line) => `    ${line}`)];
  const { on, first, commands, note } = remedy;
  const prose = (text: string) => wrap({ text, width: Math.min(width, FIX_WIDTH), first: '    ' });
  return [
    '',
    heading,
    ...(first === undefined ? [] : prose(first)),
    ...(on === 'guest' && commands.length > 0 ? ['    # in the guest, as root'] : []),
    ...commands.flatMap((command) => formatCommand({ command, width, indent: '    ' })),
    ...(note === null ? [] : prose(note)),
  ];
}
