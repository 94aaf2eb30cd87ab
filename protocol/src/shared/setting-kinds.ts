import type { Setting } from './settings.ts';

/** What every kind of setting says of itself, in the words of `Setting`. */
export type Described = Pick<Setting<unknown>, 'describe' | 'placeholder' | 'example'>;

/** Any text but the empty. */
export function textSetting(described: Described & { readonly default: string }): Setting<string> {
  return { ...described, parse: parseText };
}

/** Text, or null when it is not set. */
export function optionalTextSetting(described: Described): Setting<string | null> {
  return { ...described, default: null, parse: (raw) => (raw === null || raw === '' ? null : parseText(raw)) };
}

/** `250ms`, `30s`, `5m`, `2h`; in milliseconds. None shorter than `least`. */
export function durationSetting({
  least,
  ...described
}: Described & { readonly default: string; readonly least?: string }): Setting<number> {
  const leastMs = least === undefined ? 0 : parseDuration(least);
  return {
    ...described,
    parse: (raw) => {
      const milliseconds = parseDuration(raw);
      if (milliseconds < leastMs) throw new Error(`${raw} is shorter than ${least}, the shortest that is taken`);
      return milliseconds;
    },
  };
}

/** `2d`, `12w`, `5y` (of 365 days); in days. */
export function daysSetting(described: Described & { readonly default: string }): Setting<number> {
  return { ...described, parse: parseDays };
}

/** A whole number within bounds. */
export function countSetting(
  described: Described & { readonly default: number; readonly least: number; readonly most: number },
): Setting<number> {
  return {
    ...described,
    parse: (raw) => {
      const value = typeof raw === 'string' ? Number(raw) : raw;
      if (typeof value === 'number' && Number.isInteger(value) && value >= described.least && value <= described.most)
        return value;
      throw new Error(`${JSON.stringify(raw)} is not a whole number from ${described.least} to ${described.most}`);
    },
  };
}

/** `512KiB`, `64MiB`, `8GiB`; in bytes. */
export function sizeSetting(described: Described & { readonly default: string }): Setting<number> {
  return { ...described, parse: parseSize };
}

/** One of a few words. */
export function choiceSetting<Choice extends string>({
  choices,
  ...described
}: Omit<Described, 'placeholder'> & {
  readonly choices: readonly Choice[];
  readonly default: Choice;
}): Setting<Choice> {
  return {
    ...described,
    placeholder: choices.join('|'),
    parse: (raw) => {
      const chosen = choices.find((choice) => choice === raw);
      if (chosen !== undefined) return chosen;
      throw new Error(`${JSON.stringify(raw)} is none of ${choices.join(', ')}`);
    },
  };
}

/** On or off: a flag without a value, `true` or `false` elsewhere. */
export function switchSetting(described: Described & { readonly default: boolean }): Setting<boolean> {
  return {
    ...described,
    parse: (raw) => {
      if (raw === true || raw === 'true') return true;
      if (raw === false || raw === 'false') return false;
      throw new Error(`${JSON.stringify(raw)} is neither true nor false`);
    },
  };
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `ADDRESS:PORT`, IPv6 in brackets; null when it is not set. */
export function addressSetting(
  described: Described & { readonly default: string | null },
): Setting<ListenAddress | null> {
  return { ...described, parse: (raw) => (raw === null || raw === '' ? null : parseAddress(raw)) };
}

function parseText(raw: unknown): string {
  if (typeof raw === 'string' && raw !== '') return raw;
  throw new Error(`${JSON.stringify(raw)} is not a text`);
}

/** setTimeout counts in 31 bits; what does not fit fires at once. */
export const LONGEST_MS = 24 * 86_400_000;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseDuration(raw: unknown): number {
  const match = typeof raw === 'string' ? /^(\d{1,9})(ms|s|m|h|d)$/.exec(raw) : null;
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (match === null || unitMs === undefined)
    throw new Error(`${JSON.stringify(raw)} is not a time such as 30s, 5m or 2h`);
  const milliseconds = Number(match[1]) * unitMs;
  if (milliseconds > LONGEST_MS) throw new Error(`${raw} is longer than 24d, the longest that a timer can wait`);
  return milliseconds;
}

/** Twenty years. */
const MOST_DAYS = 7_300;

const UNIT_DAYS: Readonly<Record<string, number>> = { d: 1, w: 7, y: 365 };

function parseDays(raw: unknown): number {
  const match = typeof raw === 'string' ? /^([1-9]\d{0,3})([dwy])$/.exec(raw) : null;
  const days = Number(match?.[1]) * (UNIT_DAYS[match?.[2] ?? ''] ?? Number.NaN);
  if (days <= MOST_DAYS) return days;
  throw new Error(`${JSON.stringify(raw)} is not a time from 1d to 20y such as 2d, 12w or 5y`);
}

const SIZE_UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

function parseSize(raw: unknown): number {
  const match = typeof raw === 'string' ? /^(\d{1,6})(KiB|MiB|GiB|TiB)$/.exec(raw) : null;
  const unit = SIZE_UNITS[match?.[2] ?? ''];
  if (match === null || unit === undefined)
    throw new Error(`${JSON.stringify(raw)} is not a size such as 512KiB, 64MiB or 8GiB`);
  return Number(match[1]) * unit;
}

function parseAddress(raw: unknown): ListenAddress {
  const match = typeof raw === 'string' ? /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(raw) : null;
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port <= 65_535)) throw new Error(`${JSON.stringify(raw)} is not ADDRESS:PORT`);
  return { host, port };
}
