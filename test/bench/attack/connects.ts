import { randomUUID } from 'node:crypto';
import { greet, strangerAddress } from '../../support/programs/stranger.ts';
import type { Attack } from './attack.ts';

/** Where the collector falls behind, more would only wait for it. */
const MOST_UNDER_WAY = 500;

/** Connects, says hello as another guest each time, and leaves when it has its answer. */
export const connects: Attack = {
  name: 'connects',
  what: 'connects that say hello',
  aSecond: 2_000,
  async prepare({ port, done }) {
    let begun = 0;
    let underWay = 0;
    return {
      open: () => underWay,
      strike() {
        if (underWay >= MOST_UNDER_WAY) return;
        underWay += 1;
        begun += 1;
        const localAddress = strangerAddress(begun);
        void greet({ port, productUuid: randomUUID(), hostname: `storm-${begun}`, localAddress }).then((stranger) => {
          stranger.end();
          underWay -= 1;
          done();
        });
      },
    };
  },
};
