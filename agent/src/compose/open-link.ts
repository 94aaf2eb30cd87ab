import type { Hello } from '@trimtab/protocol';
import type { HostAnswers } from '../conduct/answer-host.ts';
import type { EventQueue } from '../conduct/event-queue.ts';
import { releaseMemory } from '../io/release-memory.ts';
import { createWebSocketTransport } from '../io/websocket.ts';
import { createLink, type Link } from '../link/link.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** After a welcome: the inventory and the facts have gone out, and all that is left is to wait. */
const SETTLED_MS = 5_000;

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
    onConnected() {
      events.add((answers) => answers.linkUp());
      clock.after(SETTLED_MS, () => void releaseMemory());
    },
    onDisconnected: () => events.add((answers) => answers.linkDown()),
    onPinged: () => events.add((answers) => answers.pinged()),
    onMessage: (message) => events.add((answers) => answers.hear(message)),
  });
  link.start();
  return link;
}
