import { bursts, changedRate, linear, noisy, weekly } from './growing.ts';
import type { Shape } from './shape.ts';
import { cleaned, flat, mixture, newGuests, sawTooth, shrinking, stepped } from './stepping.ts';

/** `gappy` is any of the steady ones with days that nobody sampled. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  linear,
  stepped,
  weekly,
  'saw-tooth': sawTooth,
  flat,
  shrinking,
  noisy,
  bursts,
  gappy: (plan) => plan.dice.oneOf([linear, weekly, noisy, sawTooth])(plan),
  'new-guests': newGuests,
  cleaned,
  'changed-rate': changedRate,
  mixture,
};
