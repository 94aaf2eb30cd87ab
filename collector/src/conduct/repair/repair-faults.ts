import { Fault } from '@trimtab/protocol/shared';
import type { Domain, HostDisk } from '../../model/domain.ts';

const OPERATION = 'repair';

/** `DISK of GUEST`. */
export const toSubject = ({ name }: Domain, disk: string): string => `${disk} of ${name}`;

export function unknownDisk(domain: Domain, wanted: string, names: readonly string[]): Fault {
  return new Fault({
    code: 'unknown-disk',
    operation: OPERATION,
    subject: toSubject(domain, wanted),
    cause: 'the guest has no such disk on this host',
    hint: names.length === 0 ? 'No disk of it is known.' : `It has: ${names.join(', ')}.`,
  });
}

export function ambiguousDisk(domain: Domain, wanted: string, disks: readonly HostDisk[]): Fault {
  return new Fault({
    code: 'ambiguous-disk',
    operation: OPERATION,
    subject: toSubject(domain, wanted),
    cause: `this name fits ${disks.length} disks of the guest`,
    hint: `Name one by its image: ${disks.map(({ image }) => image).join(', ')}.`,
  });
}

export function ambiguousDomain(wanted: string, domains: readonly Domain[]): Fault {
  return new Fault({
    code: 'ambiguous-guest',
    operation: OPERATION,
    subject: wanted,
    cause: `${domains.length} guests of this host have this name or id`,
    hint: domains.every(({ uuid }) => uuid === null)
      ? 'Give them names of their own.'
      : `Use an id: ${domains.flatMap(({ uuid }) => uuid ?? []).join(', ')}.`,
  });
}

export function nothingToRepair(subject: string): Fault {
  return new Fault({
    code: 'nothing-to-repair',
    operation: OPERATION,
    subject,
    cause: 'every node of the disk passes discards on already',
    hint: 'If trims of it give nothing back all the same: trimtab trim says where they are lost.',
  });
}

/** `hint`: the change that helps where a live repair does not, or why none is needed. */
export function cannotRepair({ subject, cause, hint }: Record<'subject' | 'cause' | 'hint', string>): Fault {
  return new Fault({ code: 'cannot-repair', operation: OPERATION, subject, cause, hint });
}

export function wouldTaint({ subject, persistent }: Record<'subject' | 'persistent', string>): Fault {
  return new Fault({
    code: 'would-taint',
    operation: OPERATION,
    subject,
    cause:
      'the guest is run by libvirt, which expects nobody else to change its QEMU, and calls the domain tainted when it notices',
    hint: `To do it all the same: --even-if-tainted. Without a live repair: ${persistent}`,
  });
}

/**
 * Something unexpected on the way: nothing more is changed. `state` says which nodes are reopened now and which are
 * not.
 */
export function repairStopped({ subject, cause, state }: Record<'subject' | 'cause' | 'state', string>): Fault {
  return new Fault({
    code: 'repair-stopped',
    operation: OPERATION,
    subject,
    cause: `${cause}; ${state}`,
    hint: 'Nothing more was changed. When the guest is powered off and on, its disk is as it is configured.',
  });
}
