import type { Hello } from '@trimtab/protocol';
import type { HostAnswers } from '../conduct/answer-host.ts';
import type { EventQueue } from '../conduct/event-queue.ts';
import { createWebSocketTransport } from '../io/websocket.ts';
import { createLink, type Link } from '../link/link.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Connects, and hands on what happens there: to nobody as long as the queue is not open. */
export function openLink({
  url,
  hello,
  events,
  clock,
  log,
}: {
  url: string;
  hello: Hello;
  events: EventQueue<HostAnswers>;
  clock: Clock;
  log: Log;
}): Link {
  const link = createLink({
    url,
    hello,
    transport: createWebSocketTransport(),
    clock,
    random: Math.random,
    log,
    onConnected: ({ version }) => events.add((answers) => answers.linkUp(version)),
    onDisconnected: () => events.add((answers) => answers.linkDown()),
    onPinged: () => events.add((answers) => answers.pinged()),
    onMessage: (message) => events.add((answers) => answers.hear(message)),
  });
  link.start();
  return link;
}
