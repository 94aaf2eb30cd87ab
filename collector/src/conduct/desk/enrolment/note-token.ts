import { quote } from '@trimtab/protocol/causes';
import type { Finding } from '../../../model/domain.ts';
import { toListenScope } from '../../../model/listen-scope.ts';

/** What whoever makes a token has to know before it is carried to a guest. */
export function noteToken({
  id,
  addresses,
  revoked,
}: {
  readonly id: string;
  readonly addresses: readonly string[];
  /** The guest that it is for, where a person keeps that out; else null. */
  readonly revoked: string | null;
}): Finding[] {
  return [...noteOutOfReach(addresses), ...(revoked === null ? [] : [noteUndone({ id, revoked })])];
}

/** In a guest loopback is the guest itself. */
function noteOutOfReach(addresses: readonly string[]): Finding[] {
  if (!addresses.every(isLoopback)) return [];
  const [first = ''] = addresses;
  const port = first.slice(first.lastIndexOf(':') + 1);
  return [
    {
      subject: 'the token',
      sentence: `no guest finds the collector by it: all it names is ${addresses.join(', ')}, where a guest finds only itself`,
      hint: `Give trimtab serve the address of the guests’ network, as in --listen 192.168.122.1:${port}, or, for guests on QEMU’s user network, --advertise 10.0.2.2:${port}. Then make another token.`,
    },
  ];
}

function isLoopback(address: string): boolean {
  return toListenScope(address.slice(0, address.lastIndexOf(':'))) === 'this-host';
}

/** Rule [P8]: a token that is made for a guest since it was revoked lets it in. */
function noteUndone({ id, revoked }: { readonly id: string; readonly revoked: string }): Finding {
  return {
    subject: revoked,
    sentence: 'its key was revoked, and this token lets it in again, with a new one',
    hint: `If it is to stay out: trimtab enroll --withdraw ${id}. To take its old key again: trimtab guests reinstate ${quote(revoked)}`,
  };
}
