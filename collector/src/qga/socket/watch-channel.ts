import type { Clock } from '../../ports/clock.ts';
import type { SocketChannel } from '../way.ts';
import type { WhySilent } from './why-silent.ts';

/** From question to question to QEMU, while a trim goes on. */
export const WATCH_MS = 10_000;

/**
 * Watches whether anybody in the guest still has the channel open: where qemu-ga dies, and is not started anew, its
 * socket stays as it is, and only QEMU tells (`query-chardev`, frontend-open). A guest that is paused goes on later.
 * The returned function ends it.
 */
export function watchChannel({
  channel,
  whySilent,
  clock,
  onGone,
}: {
  channel: SocketChannel;
  whySilent: WhySilent;
  clock: Clock;
  onGone: () => void;
}): () => void {
  let isOver = false;
  let takeBack = clock.after(WATCH_MS, watch);

  async function watch(): Promise<void> {
    const { refusal } = await whySilent(channel);
    if (isOver) return;
    if (refusal === 'not-running') onGone();
    else takeBack = clock.after(WATCH_MS, watch);
  }

  return () => {
    isOver = true;
    takeBack();
  };
}
