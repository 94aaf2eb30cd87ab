import type { GuestAgentChannel, InsideAllows } from '../model/guest-agent.ts';
import type { GuestAgentAnswer } from '../ports/guest-agent.ts';
import type { GuestAgentReply } from '../ports/guest-agent-socket.ts';
import { type Refused, toFault } from './faults.ts';
import { readDisks, readFilesystems, readInfo } from './read-answers.ts';
import { readRefusal } from './read-refusal.ts';

/** What qemu-ga replied to each question; null where it was not asked. */
export interface Replies {
  readonly info: GuestAgentReply | null;
  readonly filesystems: GuestAgentReply | null;
  readonly disks: GuestAgentReply | null;
}

/**
 * What the replies of one guest mean together. While its filesystems are frozen, guest-info calls disabled what is
 * allowed at other times: nothing is concluded from it then.
 */
export function toAnswer(channel: GuestAgentChannel, { info, filesystems, disks }: Replies): GuestAgentAnswer {
  const known = info?.kind === 'returned' ? readInfo(info.value) : null;
  const mounted = filesystems?.kind === 'returned' ? readFilesystems(filesystems.value) : null;
  const refused = mounted === null ? toRefused(filesystems) : null;
  return {
    kind: 'answered',
    version: known?.version ?? null,
    allows: refused?.refusal === 'frozen' ? NOT_TOLD : (known?.allows ?? NOT_TOLD),
    filesystems: mounted,
    disks: disks?.kind === 'returned' ? readDisks(disks.value) : null,
    withheld: refused === null ? null : toFault({ refused, channel, asked: 'ask qemu-guest-agent' }),
  };
}

const NOT_TOLD: InsideAllows = { fstrim: null, fsinfo: null };

function toRefused(reply: GuestAgentReply | null): Refused {
  if (reply?.kind === 'refused') return readRefusal({ execute: 'guest-get-fsinfo', words: reply.words });
  return { refusal: 'error', cause: 'what it says of its filesystems is no answer to the question' };
}
