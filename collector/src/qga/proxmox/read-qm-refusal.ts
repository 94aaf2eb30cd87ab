import type { Refused } from '../faults.ts';

export type QmRefusal =
  /** By qemu-ga itself, in its words. */
  | { readonly kind: 'refused'; readonly words: string }
  /** By Proxmox VE. */
  | { readonly kind: 'unanswered'; readonly refused: Refused };

/**
 * What qm prints when a command failed (PVE/QemuServer/Agent.pm, PVE/QMPClient.pm); null where it did not end in time.
 * Its first line that says anything counts: what a guest said is at the end of one.
 */
export function readQmRefusal({
  execute,
  said,
  timeoutMs,
}: {
  execute: string;
  said: string | null;
  timeoutMs: number;
}): QmRefusal {
  if (said === null) return unanswered({ refusal: 'late', cause: `qm gave no answer in ${timeoutMs} ms` });
  const line =
    said
      .split('\n')
      .find((each) => each.trim() !== '')
      ?.trim() ?? 'qm does not say why';
  const words = /^Agent error: (.*)$/.exec(line)?.[1] ?? /(?:qga|QGA) command '[a-z-]+' failed - (.*)$/.exec(line)?.[1];
  if (words !== undefined && /^got (?:timeout|no response)/.test(words)) return unanswered(toTimeout(execute));
  if (words !== undefined && !OF_PROXMOX.test(words)) return { kind: 'refused', words };
  for (const [pattern, refused] of REFUSALS) if (pattern.test(line)) return unanswered(refused);
  return unanswered({ refusal: 'error', cause: line });
}

function unanswered(refused: Refused): QmRefusal {
  return { kind: 'unanswered', refused };
}

/** Proxmox VE waits 10 minutes for a trim, and a few seconds for all else; before, the guest has answered its ping. */
function toTimeout(execute: string): Refused {
  const cause = `Proxmox VE gave up waiting for its answer to ${execute}`;
  return { refusal: 'late', cause: execute === 'guest-fstrim' ? `${cause}; it may trim on` : cause };
}

/** About the channel, and no word of the guest's. */
const OF_PROXMOX = /^(?:unable to connect|client closed connection|got wrong command id)/;

const REFUSALS: readonly (readonly [RegExp, Refused])[] = [
  [/No QEMU guest agent configured/, { refusal: 'absent' }],
  [/guest agent is not running/i, { refusal: 'not-running' }],
  [/VM \d+ (?:is )?not running/, { refusal: 'off' }],
  [/does not exist/, { refusal: 'off', cause: 'this node of Proxmox VE has no such guest' }],
  [/unable to connect to .* socket - timeout/, { refusal: 'busy' }],
  [/unable to connect to .* socket|client closed connection/, { refusal: 'gone' }],
  [/run as root|permission (?:check failed|denied)/i, { refusal: 'denied' }],
];
