import type { Refused } from '../faults.ts';
import { readRefusal } from '../read-refusal.ts';

/** `unreachable`: of libvirt itself, and of no guest. */
export type Complaint = Refused | { readonly refusal: 'unreachable'; readonly cause: string };

/**
 * What virsh complains of when it asks a guest (src/qemu/qemu_agent.c, qemu_domain.c of libvirt 9.0). Its first line
 * counts: what a guest said is at the end of one, and may have line ends in it. Only of a trim virsh itself says first
 * that it failed (tools/virsh-domain.c), and the next line why.
 */
export function readComplaint(lines: readonly string[]): Complaint {
  const line = lines[0] === TRIM_FAILED ? lines[1] : lines[0];
  if (line === undefined) return { refusal: 'error', cause: 'libvirt gives no answer, and does not say why' };
  const [, execute, words = ''] = /unable to execute QEMU agent command '([a-z-]+)'(?:: (.*))?$/s.exec(line) ?? [];
  if (execute !== undefined) return readRefusal({ execute, words });
  for (const [pattern, refused] of COMPLAINTS) if (pattern.test(line)) return refused;
  if (UNREACHABLE.test(line)) return { refusal: 'unreachable', cause: lines.at(-1) ?? line };
  return { refusal: 'error', cause: line };
}

const TRIM_FAILED = 'Unable to invoke fstrim';

const COMPLAINTS: readonly (readonly [RegExp, Refused])[] = [
  [/guest agent is not configured/, { refusal: 'absent' }],
  [/guest agent is not connected/, { refusal: 'not-running' }],
  [/agent is not available due to an error/, { refusal: 'gone', cause: 'libvirt has lost the connection to it' }],
  [/not available for now|guest-sync/, { refusal: 'silent' }],
  [/disappeared while executing command/, { refusal: 'gone' }],
  [/domain is not running/, { refusal: 'off' }],
  [/failed to get domain|Domain not found/, { refusal: 'off', cause: 'libvirt has no such domain' }],
  [/state change lock/, { refusal: 'busy', cause: 'another command of libvirt is under way in this guest' }],
  [/access denied|authentication|permission denied|read only access/i, { refusal: 'denied' }],
  [
    /unknown command|doesn't support option/,
    { refusal: 'error', cause: 'this virsh is too old to ask it: `virsh guestinfo` came with libvirt 5.7' },
  ],
];

const UNREACHABLE =
  /failed to (?:re)?connect|disconnected from|no valid connection|end of file|broken pipe|socket is closed|cannot (?:recv|write) data/i;
