import { Fault } from '@trimtab/protocol/shared';
import type { Clock } from '../../ports/clock.ts';
import type { GuestAgentAnswer } from '../../ports/guest-agent.ts';
import type { GuestAgentCommand, GuestAgentReply, GuestAgentSocket } from '../../ports/guest-agent-socket.ts';
import { type Asked, toFault } from '../faults.ts';
import { readTrim } from '../read-answers.ts';
import { readRefusal } from '../read-refusal.ts';
import { toAnswer } from '../to-answer.ts';
import { type SocketChannel, TRIM_MS, type Way } from '../way.ts';
import { readFailure } from './read-failure.ts';
import { watchChannel } from './watch-channel.ts';
import type { WhySilent } from './why-silent.ts';

/** For each answer of qemu-ga, which asks its kernel and its udev. */
export const ANSWER_MS = 10_000;

const QUESTIONS = ['guest-info', 'guest-get-fsinfo', 'guest-get-disks'] as const;

const TRIM: readonly GuestAgentCommand[] = [{ execute: 'guest-fstrim', timeoutMs: TRIM_MS }];

/** Guests behind sockets of QEMU's own, each asked over its own. */
export function createSocketWay({
  socket,
  whySilent,
  clock,
  answerMs = ANSWER_MS,
}: {
  socket: GuestAgentSocket;
  whySilent: WhySilent;
  clock: Clock;
  answerMs?: number;
}): Way<SocketChannel> {
  const questions: readonly GuestAgentCommand[] = QUESTIONS.map((execute) => ({ execute, timeoutMs: answerMs }));

  async function talk(asked: Asked, { channel, commands, signal }: Wanted): Promise<readonly GuestAgentReply[]> {
    const talked = await socket.talk(channel.path, commands, signal);
    if (talked.kind === 'answered') return talked.replies;
    throw toFault({ refused: await readFailure({ failed: talked, channel, whySilent }), channel, asked });
  }

  async function askOne(channel: SocketChannel): Promise<GuestAgentAnswer> {
    try {
      const [info, filesystems, disks] = await talk('ask qemu-guest-agent', { channel, commands: questions });
      return toAnswer(channel, { info: info ?? null, filesystems: filesystems ?? null, disks: disks ?? null });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { kind: 'silent', fault: error };
    }
  }

  return {
    ask: (channels) => Promise.all(channels.map(askOne)),
    async trim(channel) {
      const ended = new AbortController();
      const stopWatching = watchChannel({ channel, whySilent, clock, onGone: () => ended.abort() });
      const wanted = { channel, commands: TRIM, signal: ended.signal };
      const [reply] = await talk('trim through qemu-guest-agent', wanted).finally(stopWatching);
      if (reply?.kind === 'refused') {
        const refused = readRefusal({ execute: 'guest-fstrim', words: reply.words });
        throw toFault({ refused, channel, asked: 'trim through qemu-guest-agent' });
      }
      const paths = readTrim(reply?.value);
      return paths === null ? { kind: 'untold' } : { kind: 'told', paths };
    },
  };
}

interface Wanted {
  readonly channel: SocketChannel;
  readonly commands: readonly GuestAgentCommand[];
  readonly signal?: AbortSignal;
}
