import { connectSilently } from '../../support/programs/silent-connection.ts';
import { strangerAddress } from '../../support/programs/stranger.ts';
import type { Attack } from './attack.ts';

const WANTED = 10_000;

/** Holds as many connections that say nothing as it is left, and opens another for each that is cut. */
export const halfOpen: Attack = {
  name: 'half-open',
  what: `connections that say nothing, up to ${WANTED} at once`,
  aSecond: 2_000,
  async prepare({ port, done }) {
    let begun = 0;
    let held = 0;
    return {
      open: () => held,
      strike() {
        if (held >= WANTED) return;
        held += 1;
        begun += 1;
        const socket = connectSilently({ port, localAddress: strangerAddress(begun) });
        socket.once('connect', done);
        socket.once('close', () => {
          held -= 1;
        });
      },
    };
  },
};
