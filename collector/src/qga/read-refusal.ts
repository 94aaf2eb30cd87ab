import type { Refused } from './faults.ts';

/**
 * What qemu-ga says when it does not do what it was told (qapi/qmp-dispatch.c, qga/main.c): `Command guest-fstrim has
 * been disabled: the agent is in frozen state`. Before QEMU 6.2 it says `disabled for this instance`, and not why.
 */
export function readRefusal({ execute, words }: { execute: string; words: string }): Refused {
  if (/frozen state/i.test(words)) return { refusal: 'frozen' };
  if (/has not been found|unsupported|not currently supported/i.test(words))
    return { refusal: 'forbids', cause: `it does not know ${execute}, or its system cannot do it` };
  if (/disabled for this instance/i.test(words))
    return {
      refusal: 'forbids',
      cause: `it does not do ${execute} now: it is configured so, or the filesystems of the guest are frozen`,
    };
  if (/has been disabled|disabled by policy/i.test(words))
    return { refusal: 'forbids', cause: `it is configured not to do ${execute}` };
  return { refusal: 'error', cause: `${execute}: ${words}` };
}
