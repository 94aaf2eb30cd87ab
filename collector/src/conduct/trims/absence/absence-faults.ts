import type { Problem } from '@trimtab/protocol';
import { quote } from '@trimtab/protocol/causes';
import type { Job } from '../../../model/job.ts';

/** Each ends only the waiting: an agent that lives trims on, and its report is stored when it comes. */
export function connectionEnded({ guestName }: Job): Problem {
  return {
    code: 'guest-left',
    operation: 'trim',
    subject: guestName,
    cause: 'the connection to its agent ended in the middle of it',
    hint: `The agent may trim on. When it is connected again and has told how the trim went: trimtab history ${quote(guestName)}`,
  };
}

export function startedAnew({ guestName }: Job): Problem {
  return {
    code: 'guest-started-anew',
    operation: 'trim',
    subject: guestName,
    cause: 'the guest was started anew before it was allowed to begin',
    hint: `Nothing was trimmed. Ask again: trimtab trim ${quote(guestName)}`,
  };
}

export function saysNothing({ guestName }: Job): Problem {
  return {
    code: 'trim-unheard-of',
    operation: 'trim',
    subject: guestName,
    cause: 'its agent was away, is back, and said nothing of this trim for two minutes',
    hint: `Should the trim go on all the same, its end will be told: trimtab history ${quote(guestName)}. Else ask again: trimtab trim ${quote(guestName)}`,
  };
}

export function neverBegan({ guestName }: Job): Problem {
  return {
    code: 'trim-unheard-of',
    operation: 'trim',
    subject: guestName,
    cause: 'its agent was started anew before it could begin',
    hint: `Nothing was trimmed. Ask again: trimtab trim ${quote(guestName)}`,
  };
}

/** Nothing of it was granted. */
export function collectorStartedAnew({ guestName }: Job): Problem {
  return {
    code: 'collector-started-anew',
    operation: 'trim',
    subject: guestName,
    cause: 'the collector was started anew before qemu-guest-agent was asked to begin',
    hint: `Nothing was trimmed. Ask again: trimtab trim ${quote(guestName)}`,
  };
}

/** It was granted; its result is not, or no longer, in the history. */
export function noResultKept({ guestName }: Job): Problem {
  return {
    code: 'collector-started-anew',
    operation: 'trim',
    subject: guestName,
    cause: 'the collector was started anew after qemu-guest-agent was asked to begin, and no result is kept',
    hint: `Nobody knows how far it came. Ask again: trimtab trim ${quote(guestName)}`,
  };
}
