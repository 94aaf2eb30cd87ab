import type { Hello } from '@trimtab/protocol';
import type { HostAnswers } from '../conduct/answer-host.ts';
import type { EventQueue } from '../conduct/event-queue.ts';
import type { Members } from '../conduct/members.ts';
import { createTransport } from '../io/transport.ts';
import { createLink, type Link } from '../link/link.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { GuestChannel } from './compose-channel.ts';

/** Connects, and hands on what happens there: to nobody as long as the queue is not open. */
export function openLink({
  members: { readRoutes, keep, keys },
  channel,
  hello,
  events,
  onRejected,
  clock,
  log,
}: {
  members: Members;
  channel: GuestChannel;
  hello: Hello;
  events: EventQueue<HostAnswers>;
  onRejected: () => void;
  clock: Clock;
  log: Log;
}): Link {
  const link = createLink({
    hello,
    readRoutes: async () => [...(await channel.routes()), ...(await readRoutes())],
    keep,
    keys,
    transport: createTransport({ connectChannel: channel.connect }),
    clock,
    random: Math.random,
    log,
    events: {
      onConnected: ({ version }) => events.add((answers) => answers.linkUp(version)),
      onDisconnected: () => events.add((answers) => answers.linkDown()),
      onPinged: () => events.add((answers) => answers.pinged()),
      onMessage: (message) => events.add((answers) => answers.hear(message)),
      onRejected,
    },
  });
  link.start();
  return link;
}
