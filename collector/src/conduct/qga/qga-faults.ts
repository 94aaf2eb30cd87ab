import type { Problem } from '@trimtab/protocol';
import { Fault, type FaultDetail } from '@trimtab/protocol/shared';

/** Nobody could tell its trims from those of another. */
export function notRecognised(guest: string): Fault {
  return new Fault({
    code: 'guest-agent-no-uuid',
    operation: 'trim',
    subject: guest,
    cause: 'its QEMU was started without a UUID, so that this host does not know the guest again',
    hint: 'Start it with -uuid and a UUID that stays the same, as `cat /proc/sys/kernel/random/uuid` makes one.',
  });
}

/** Which disks a trim is of would not be known. */
export function cannotTell(guest: string, withheld: FaultDetail | null): Fault {
  return new Fault({
    code: withheld?.code ?? 'guest-agent-error',
    operation: 'trim',
    subject: guest,
    cause: `qemu-guest-agent does not tell what is mounted${withheld === null ? '' : `: ${withheld.cause}`}`,
    hint: withheld?.hint ?? null,
  });
}

export function forbidden(guest: string): Fault {
  return new Fault({
    code: 'guest-agent-forbids',
    operation: 'trim',
    subject: guest,
    cause: 'its qemu-guest-agent may not carry out guest-fstrim',
    hint: 'In the guest, allow it in /etc/qemu/qemu-ga.conf (block-rpcs, allow-rpcs) or /etc/sysconfig/qemu-ga, then: systemctl restart qemu-guest-agent',
  });
}

export function wholeGuestOnly(guest: string): Fault {
  return new Fault({
    code: 'whole-guest-only',
    operation: 'trim',
    subject: guest,
    cause: 'qemu-guest-agent trims all that is mounted, and no part of it',
    hint: 'Leave the mounts out, or install the agent in the guest: it trims what is named.',
  });
}

export function busy(guest: string): Problem {
  return {
    code: 'busy',
    operation: 'trim',
    subject: guest,
    cause: 'a trim through its qemu-guest-agent is under way',
    hint: 'Wait until that is over.',
  };
}

export function calledOff(guest: string): Problem {
  return {
    code: 'cancelled',
    operation: 'trim',
    subject: guest,
    cause: 'it was cancelled before qemu-guest-agent was asked to begin',
    hint: null,
  };
}

export function overtaken(guest: string): Problem {
  return {
    code: 'busy',
    operation: 'trim',
    subject: guest,
    cause: 'its agent came meanwhile and trims it',
    hint: 'Ask again once that is over: the agent tells more.',
  };
}

/** What was asked for could not be noted. */
export function notNoted({ guest, reason }: { guest: string; reason: string }): Problem {
  return {
    code: 'internal',
    operation: 'trim',
    subject: guest,
    cause: reason,
    hint: 'The log of the collector has it. Ask again.',
  };
}
