import type { FromGuest } from '@trimtab/protocol';
import type { Attack } from './attack.ts';
import { standStrangers } from './standing-strangers.ts';

const PROBLEM: FromGuest = {
  type: 'problem',
  about: null,
  problem: { code: 'busy', operation: 'trim', subject: 'this guest', cause: 'a flood', hint: null },
};

/** One guest that says all it can, is sent away for it, and comes again. */
export const flood: Attack = {
  name: 'flood',
  what: 'frames by one guest',
  aSecond: 3_000,
  prepare: (target) => standStrangers({ ...target, size: 1, act: (stranger) => stranger.send(PROBLEM) }),
};
