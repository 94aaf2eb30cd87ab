import { connectSilently } from '../../support/programs/silent-connection.ts';
import { strangerAddress } from '../../support/programs/stranger.ts';
import type { Attack, Attacking, Target } from './attack.ts';

export const WANTED = 10_000;

export const halfOpen: Attack = {
  name: 'half-open',
  what: `connections that say nothing, up to ${WANTED} at once`,
  aSecond: 2_000,
  prepare: async (target) => hold({ ...target, first: Buffer.alloc(0) }),
};

/** As many connections as it is left, of which each says this and no more; another is opened for each that is cut. */
export function hold({ port, done, first }: Target & { readonly first: Buffer }): Attacking {
  let begun = 0;
  let held = 0;
  return {
    open: () => held,
    strike() {
      if (held >= WANTED) return;
      held += 1;
      begun += 1;
      const socket = connectSilently({ port, localAddress: strangerAddress(begun) });
      socket.once('connect', () => {
        if (first.length > 0) socket.write(first);
        done();
      });
      socket.once('close', () => {
        held -= 1;
      });
    },
  };
}
