import type { SETTINGS } from '../../../collector/src/settings.ts';

/** How much, or so much at once and so much a second in the long run, or so much of each of some. */
type Amount = number | { readonly atOnce: number; readonly aSecond: number } | Readonly<Record<string, number>>;

/** A bound in the code. Its values are imported by whoever writes the row, so that the page says what is so. */
export interface ConstantLimit {
  readonly kind: 'constant';
  readonly what: string;
  /** Where its constants stand, from the root of the repository. */
  readonly file: string;
  /** By their names, which also say the unit: `…_BYTES`, `…_MS`. */
  readonly constants: Readonly<Record<string, Amount>>;
  /** What happens at it. */
  readonly atIt: string;
}

/** A bound that its owner can move: a key of the collector's settings. */
export interface SettingLimit {
  readonly kind: 'setting';
  readonly what: string;
  readonly setting: keyof typeof SETTINGS;
  readonly atIt: string;
}

export type Limit = ConstantLimit | SettingLimit;

export interface LimitSection {
  readonly title: string;
  readonly said: string;
  readonly limits: readonly Limit[];
}

export const constant = (limit: Omit<ConstantLimit, 'kind'>): ConstantLimit => ({ kind: 'constant', ...limit });
export const setting = (limit: Omit<SettingLimit, 'kind'>): SettingLimit => ({ kind: 'setting', ...limit });
