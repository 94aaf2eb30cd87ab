import type { Problem, RequestId } from '@trimtab/protocol';
import { quote } from '@trimtab/protocol/causes';
import { Fault } from '@trimtab/protocol/shared';
import type { Job } from '../../../model/job.ts';
import { ANSWER_TIMEOUT_MS } from '../trim-model.ts';

export function unknownRequest(requestId: RequestId): Fault {
  return new Fault({
    code: 'unknown-request',
    operation: 'find a request',
    subject: requestId,
    cause: 'this collector knows no such request; of finished ones it keeps the newest',
    hint: 'The result of a finished trim is in `trimtab history`.',
  });
}

export function noAnswer(guest: string): Problem {
  return {
    code: 'no-answer',
    operation: 'trim',
    subject: guest,
    cause: `the agent has not answered within ${ANSWER_TIMEOUT_MS / 1000} s`,
    hint: 'Read the agent’s log in the guest; `trimtab guests` says whether it is connected.',
  };
}

/** A guest that visits did not, by the deadline of what was asked of it. */
export function didNotCome({ guestName }: Pick<Job, 'guestName'>): Problem {
  return {
    code: 'no-visit',
    operation: 'trim',
    subject: guestName,
    cause: 'its agent comes now and then, and has not come in time',
    hint: `Nothing was trimmed. See in the guest whether its visits are started (systemctl list-timers trimtab-agent-visit.timer); \`trimtab guests\` tells when it was last here.`,
  };
}

export function calledOff({ guestName }: Pick<Job, 'guestName'>): Problem {
  return {
    code: 'cancelled',
    operation: 'trim',
    subject: guestName,
    cause: 'it was called off before its agent came',
    hint: null,
  };
}

export function justLeft(guest: string): Problem {
  return {
    code: 'no-agent',
    operation: 'trim',
    subject: guest,
    cause: 'its agent has just gone',
    hint: 'Ask again once `trimtab guests` shows it connected.',
  };
}

export function guestForgotten(guest: string): Problem {
  return {
    code: 'unknown-guest',
    operation: 'trim',
    subject: guest,
    cause: 'somebody has this host forget the guest',
    hint: '`trimtab guests` lists those that are left.',
  };
}

export function forgotten(newer: number): Problem {
  return {
    code: 'forgotten',
    operation: 'watch a request',
    subject: 'this one',
    cause: `${newer} newer ones have come since`,
    hint: 'Its result will be in `trimtab history`.',
  };
}

export function cannotCancel(guest: string): Fault {
  return new Fault({
    code: 'cannot-cancel',
    operation: 'cancel a trim',
    subject: guest,
    cause: 'qemu-guest-agent carries it out, and nobody can stop that',
    hint: `It ends by itself; its result will be in the history: trimtab history ${quote(guest)}`,
  });
}
