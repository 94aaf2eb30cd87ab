import type { GuestAgentTalk } from '../../ports/guest-agent-socket.ts';
import type { Refused } from '../faults.ts';
import type { SocketChannel } from '../way.ts';
import type { WhySilent } from './why-silent.ts';

type Failed = Extract<GuestAgentTalk, { kind: 'failed' }>;

interface Given {
  readonly failed: Failed;
  readonly channel: SocketChannel;
  readonly whySilent: WhySilent;
}

/** What a talk that failed says of the guest. */
export async function readFailure({ failed: { failure, cause }, channel, whySilent }: Given): Promise<Refused> {
  switch (failure) {
    case 'silent':
      return whySilent(channel);
    case 'gone':
      return { refusal: 'off', cause: `its QEMU does not listen here: ${cause}` };
    case 'ended':
      return { refusal: 'gone', cause: `the talk ended in the middle: ${cause}` };
    case 'garbled':
      return { refusal: 'error', cause };
    case 'busy':
    case 'denied':
    case 'late':
      return { refusal: failure, cause };
  }
}
