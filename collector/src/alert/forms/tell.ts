import { formatBytes, toPlain } from '@trimtab/protocol/shared';
import { type Alert, type AlertRule, type GroupNotice, isGroup, type Notice } from '../../model/alert.ts';

/** A notice in words, plain: nothing in it controls a terminal, ends a line of ours or breaks a header. */
export interface Told {
  /** One line. */
  readonly title: string;
  /** The sentence first. */
  readonly lines: readonly string[];
  readonly notice: Notice;
}

/** A guest names itself as it likes; receivers have bounds of their own (ntfy 4,096 bytes, Discord 2,000 characters). */
export const LONGEST_TEXT_CHARACTERS = 500;
export const MOST_VALUES = 12;
/** Of many that are told as one so many are told in words, the most urgent, and so much of each. */
export const MOST_LISTED = 10;
export const LONGEST_LISTED_CHARACTERS = 160;

const RULES: Readonly<Record<AlertRule, string>> = {
  'pool-filling': 'pool is filling',
  'pool-full': 'pool is nearly full',
  'metadata-full': 'pool metadata is nearly full',
  overcommit: 'pool is overcommitted',
  'trims-without-effect': 'trims without effect',
  slack: 'space to be had back',
  'guest-away': 'guest is away',
  'guests-held': 'a decision is waited for',
};

export function tell(notice: Notice): Told {
  const plain = toPlain(cutTexts(notice));
  const { alert } = plain;
  return {
    title: tellTitle(plain),
    lines: [
      // It is so no more.
      plain.event === 'end' && !isGroup(plain) ? `It was: ${alert.sentence}` : alert.sentence,
      ...(alert.hint === null || plain.event === 'end' ? [] : [`What to do: ${alert.hint}`]),
      ...(plain.event === 'test' ? [] : [isGroup(plain) ? tellTimes(plain) : tellTime(alert)]),
      ...(isGroup(plain) ? tellGrouped(plain) : plain.event === 'end' ? [] : tellValues(alert.values)),
    ],
    notice: plain,
  };
}

function cutTexts(notice: Notice): Notice {
  const alert = cutAlert(notice.alert);
  if (!isGroup(notice)) return { ...notice, alert };
  const group: GroupNotice = { ...notice, alert, grouped: notice.grouped.map(cutAlert) };
  return group;
}

function cutAlert(alert: Alert): Alert {
  const { sentence, subject, host, hint, values } = alert;
  return {
    ...alert,
    sentence: cut(sentence),
    subject: cut(subject),
    host: cut(host),
    hint: hint === null ? null : cut(hint),
    values: Object.fromEntries(Object.entries(values).slice(0, MOST_VALUES)),
  };
}

/** A character is never cut in two. */
function cut(text: string, most = LONGEST_TEXT_CHARACTERS): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function tellTitle({ event, alert }: Notice): string {
  const { rule, subject, host } = alert;
  if (event === 'test') return `Test: notices of ${host} arrive here`;
  const severity = alert.severity === 'critical' ? 'Critical' : 'Warning';
  const words = { start: severity, reminder: `Still, ${severity.toLowerCase()}`, end: 'Over' }[event];
  return `${words}: ${RULES[rule]}: ${subject} on ${host}`;
}

/** Of one that is over from when to when: that may be the first that anybody hears of it. */
function tellTime({ startedAt, endedAt }: Alert): string {
  if (endedAt === null) return `Since ${formatUtc(startedAt)}.`;
  return `It was so from ${formatUtc(startedAt)} to ${formatUtc(endedAt)} (${formatSpan(endedAt - startedAt)}).`;
}

/** Of many alerts. */
function tellTimes({ alert: { startedAt, endedAt }, grouped }: GroupNotice): string {
  if (endedAt !== null) return `They were so between ${formatUtc(startedAt)} and ${formatUtc(endedAt)}.`;
  const last = formatUtc(Math.max(...grouped.map((alert) => alert.startedAt)));
  const first = formatUtc(startedAt);
  return first === last ? `Since ${first}.` : `The first since ${first}, the last since ${last}.`;
}

/** Where the rest is comes first: a receiver with a bound of its own cuts the end. */
function tellGrouped({ event, grouped }: GroupNotice): readonly string[] {
  const command = event === 'end' ? 'trimtab alerts --all' : 'trimtab alerts';
  const isAll = grouped.length <= MOST_LISTED;
  return [
    isAll ? 'They are:' : `The ${MOST_LISTED} most urgent follow; ${command} on this host lists all:`,
    ...grouped.slice(0, MOST_LISTED).map(({ severity, sentence }) => {
      const mark = severity === 'critical' && event !== 'end' ? 'critical: ' : '';
      return `- ${mark}${cut(sentence, LONGEST_LISTED_CHARACTERS)}`;
    }),
  ];
}

/** Who reads it sits anywhere. */
function formatUtc(ms: number): string {
  const iso = toIso(ms);
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

function formatSpan(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

/** `freeBytes: 10` as `free: 10 B`: its unit is in the end of its name. */
function tellValues(values: Alert['values']): readonly string[] {
  return Object.entries(values).map(([name, value]) => {
    const [unit = ''] = /(?:Bytes|Share|Days|Percent|Ms|[pP]robability)$/.exec(name) ?? [];
    const words = /probability$/i.test(unit) ? name : name.slice(0, name.length - unit.length);
    return `${words.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${formatValue({ value, unit })}`;
  });
}

function formatValue({ value, unit }: { readonly value: number; readonly unit: string }): string {
  if (unit === 'Bytes') return formatBytes(value);
  if (unit === 'Ms') return formatSpan(value);
  if (unit === 'Percent') return `${value.toFixed(1)} %`;
  if (unit === 'Share' || /probability/i.test(unit)) return `${(value * 100).toFixed(1)} %`;
  const number = String(Number(value.toFixed(2)));
  return unit === 'Days' ? `${number} days` : number;
}
