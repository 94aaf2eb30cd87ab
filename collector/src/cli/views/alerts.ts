import type { AlertRow, AlertsView, PendingAlert, SilenceRow } from '../../model/alerts-view.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { formatFindings } from './findings.ts';
import { formatInstant, formatInstants } from './format-time.ts';
import type { Page } from './page.ts';

/** So much of an id, and `trimtab alerts acknowledge` finds the alert. */
const ID_SHOWN = 8;

/** What fires, each with what it is and what to do; then what has ended, and of what nobody is to be told. */
export function formatAlerts({ firing, pending, ended, silences, findings }: AlertsView, page: Page): string {
  const { paint } = page;
  const sections = [
    firing.length === 0 ? [paint('good', 'No alert fires.')] : formatFiring(firing, page),
    ...(pending.length === 0 ? [] : [[paint('heading', 'About to fire'), ...pending.flatMap(toPendingLines(page))]]),
    ...(ended.length === 0 ? [] : [[paint('heading', 'Ended'), ...formatEnded(ended, page)]]),
    ...(silences.length === 0 ? [] : [[paint('heading', 'Silences'), ...silences.flatMap(toSilenceLines(page))]]),
  ];
  return `${[sections.map((lines) => lines.join('\n')).join('\n\n'), ...formatFindings(findings, page)].join('\n')}\n`;
}

function formatFiring(alerts: readonly AlertRow[], page: Page): string[] {
  const { width, paint, timeZone } = page;
  const { texts, offset } = formatInstants(
    alerts.map(({ startedAt }) => startedAt),
    timeZone,
  );
  const columns: readonly Column[] = [
    { heading: offset === null ? 'SINCE' : `SINCE (${offset})` },
    { heading: 'ID' },
    { heading: 'ALERT' },
    { heading: 'SUBJECT', shrink: 'middle' },
  ];
  const rows = alerts.map(({ id, rule, severity, subject }, index): Cell[] => [
    texts[index] ?? '',
    id.slice(0, ID_SHOWN),
    { text: rule, style: severity === 'critical' ? 'bad' : 'unsure' },
    subject,
  ]);
  const [heading = '', ...lines] = formatTable({ columns, rows, width, paint });
  return [
    heading,
    ...lines.flatMap((line, index) => {
      const alert = alerts[index];
      return alert === undefined ? [] : [line, ...formatWhat(alert, page)];
    }),
  ];
}

/** The sentence has the whole subject, which the table may have cut. */
function formatWhat({ severity, sentence, hint, acknowledged, easing, silencedUntil }: AlertRow, page: Page): string[] {
  const { width, paint, timeZone } = page;
  const tell = (text: string) => wrap({ text, width, first: '  ' });
  return [
    ...(easing === null
      ? tell(severity === 'critical' ? `Critical: ${sentence}` : sentence)
      : tell(`Now: ${easing.sentence} It ends ${formatSoon(easing.endsInMs)} if that stays so.`)),
    ...(hint === null || easing !== null ? [] : wrap({ text: hint, width, first: '  → ', rest: '    ' })),
    ...(acknowledged === null ? [] : tell(formatAcknowledged(acknowledged, page)).map((line) => paint('quiet', line))),
    ...(silencedUntil === null
      ? []
      : tell(`Silenced until ${formatInstant({ iso: silencedUntil, timeZone })}.`).map((line) => paint('quiet', line))),
  ];
}

const toPendingLines =
  ({ width, paint }: Page) =>
  ({ rule, subject, sentence, startsInMs }: PendingAlert): string[] => [
    ...wrap({
      text: `${rule}  ${subject}, ${formatSoon(startsInMs)} if it stays so`,
      width,
      first: '  ',
      rest: '    ',
    }),
    ...wrap({ text: sentence, width, first: '    ' }).map((line) => paint('quiet', line)),
  ];

/** The rules are asked each minute. */
function formatSoon(ms: number): string {
  return ms < 60_000 ? 'within a minute' : `in ${Math.ceil(ms / 60_000)} min`;
}

function formatAcknowledged({ at, by, comment }: NonNullable<AlertRow['acknowledged']>, { timeZone }: Page): string {
  return `Acknowledged ${formatInstant({ iso: at, timeZone })}${formatWho({ by, comment })}.`;
}

const formatWho = ({ by, comment }: Pick<SilenceRow, 'by' | 'comment'>): string =>
  `${by === null ? '' : ` by ${by}`}${comment === null ? '' : `: ${comment}`}`;

function formatEnded(alerts: readonly AlertRow[], { width, paint, timeZone }: Page): string[] {
  const instants = alerts.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt ?? startedAt]);
  const { texts, offset } = formatInstants(instants, timeZone);
  const columns: readonly Column[] = [
    { heading: offset === null ? 'FROM' : `FROM (${offset})` },
    { heading: 'TO' },
    { heading: 'ALERT' },
    { heading: 'SUBJECT', shrink: 'middle' },
  ];
  const rows = alerts.map(({ rule, subject }, index): Cell[] => [
    texts[2 * index] ?? '',
    texts[2 * index + 1] ?? '',
    rule,
    subject,
  ]);
  return formatTable({ columns, rows, width, paint, indent: '  ' });
}

const toSilenceLines =
  ({ width, timeZone }: Page) =>
  ({ pattern, until, by, comment }: SilenceRow): string[] =>
    wrap({
      text: `${pattern}  until ${formatInstant({ iso: until, timeZone })}${formatWho({ by, comment })}`,
      width,
      first: '  ',
      rest: '    ',
    });
