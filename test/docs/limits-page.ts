import { toFlag } from '@trimtab/protocol/shared';
import { SETTINGS } from '../../collector/src/settings.ts';
import type { ConstantLimit, Limit, LimitSection } from './limits/limit.ts';
import { LIMIT_SECTIONS } from './limits/sections.ts';
import { wrapProse } from './wrap-prose.ts';

const TITLE = '# How much of everything does it take?';

const INTRODUCTION = [
  'Everything that a guest, a local user or a disk can make large has a bound, and something plain happens at it.',
  'A bound with a flag is a setting ([how to configure](how-to-configure.md)); the others are constants of the code,',
  'named here so that they can be found there. Nothing below is an answer: where a bound cut something off,',
  'nothing is concluded from what is missing.',
].join(' ');

const ORIGIN = wrapProse({
  text: 'This page is made from the code (`npm run docs`); a test finds a bound that is missing here.',
});

/** docs/limits.md: its values are those of the code. */
export function formatLimitsPage(): string {
  return [TITLE, wrapProse({ text: INTRODUCTION }), ORIGIN, ...LIMIT_SECTIONS.map(formatSection)].join('\n\n');
}

function formatSection({ title, said, limits }: LimitSection): string {
  const rows = limits.map((limit) => `| ${limit.what} | ${formatBound(limit)} | ${limit.atIt} | ${toPlace(limit)} |`);
  const table = ['| what | at most | at it | where |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
  return [`## ${title}`, wrapProse({ text: said }), table].join('\n\n');
}

function formatBound(limit: Limit): string {
  if (limit.kind === 'setting') return String(SETTINGS[limit.setting].default);
  return Object.entries(limit.constants)
    .map(([name, amount]) => formatAmount({ unit: toUnit(name), amount }))
    .join(', ');
}

function formatAmount({ unit, amount }: { unit: Unit; amount: ConstantLimit['constants'][string] }): string {
  if (typeof amount === 'number') return FORMATS[unit](amount);
  return Object.entries(amount)
    .map(([name, part]) => {
      const own = toUnit(name);
      return `${FORMATS[own === 'count' ? unit : own](part)} ${WHEN[name] ?? `(${name})`}`;
    })
    .join(' and ');
}

const WHEN: Readonly<Record<string, string>> = {
  atOnce: 'at once',
  aSecond: 'a second',
  host: 'for a host',
  trim: 'before a trim',
  person: 'for a person',
  known: 'of known guests',
  stranger: 'of strangers',
};

type Unit = keyof typeof FORMATS;

const FORMATS = {
  bytes: (bytes: number) => formatWhole({ amount: bytes, units: ['bytes', 'KiB', 'MiB', 'GiB'], step: 1024 }),
  time: formatTime,
  count: (count: number) => count.toLocaleString('en'),
} as const;

function toUnit(name: string): Unit {
  if (/BYTES|Size$/.test(name)) return 'bytes';
  return /_MS$|Timeout$|Interval$/.test(name) ? 'time' : 'count';
}

/** In the largest unit that leaves it whole. */
function formatWhole({ amount, units, step }: { amount: number; units: readonly string[]; step: number }): string {
  const [unit = '', ...larger] = units;
  if (larger.length === 0 || amount % step !== 0 || amount === 0) return `${amount.toLocaleString('en')} ${unit}`;
  return formatWhole({ amount: amount / step, units: larger, step });
}

function formatTime(ms: number): string {
  if (ms % 1000 !== 0) return `${ms.toLocaleString('en')} ms`;
  if (ms > 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms > 60_000 && ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

function toPlace(limit: Limit): string {
  if (limit.kind === 'setting') return `\`--${toFlag(limit.setting)}\``;
  const names = Object.keys(limit.constants).map((name) => `\`${name}\``);
  return `${names.join(', ')} in \`${limit.file}\``;
}
