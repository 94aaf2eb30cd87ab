import type { Clock } from '../ports/clock.ts';

/** How often it is looked for a port that was plugged in meanwhile: one readdir(3) of sysfs. */
export const CHANNEL_EVERY_MS = 60_000;

export interface ChannelWatch {
  /** At each ping of the host, every 15 s: a timer of its own would wake the agent once more. */
  pinged(): Promise<void>;
}

/**
 * The channel goes before any network, and one that is plugged in while this guest is connected by a network tells nobody.
 * Once there is one, the session goes over to it, but not in the middle of a trim.
 */
export function createChannelWatch({
  hasChannel,
  isAtRest,
  goOver,
  clock,
}: {
  hasChannel: () => Promise<boolean>;
  /** Is no trim under way? */
  isAtRest: () => boolean;
  /** Does nothing where the session began with the channel. */
  goOver: () => void;
  clock: Pick<Clock, 'monotonicMs'>;
}): ChannelWatch {
  let checkedMs = clock.monotonicMs();
  return {
    async pinged() {
      if (!isAtRest() || clock.monotonicMs() - checkedMs < CHANNEL_EVERY_MS) return;
      checkedMs = clock.monotonicMs();
      if ((await hasChannel()) && isAtRest()) goOver();
    },
  };
}
