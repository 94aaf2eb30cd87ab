import { toWireReport } from '../../support/programs/wire-peer.ts';
import type { Attack } from './attack.ts';
import { standStrangers } from './standing-strangers.ts';

/** Each stays within what one guest may send for ever, 20 frames a second. */
const GUESTS = 20;

/** Tells of trims that nobody asked for, 20,000 a minute. */
export const reports: Attack = {
  name: 'reports',
  what: 'reports',
  aSecond: 20_000 / 60,
  prepare(target) {
    return standStrangers({
      ...target,
      size: GUESTS,
      act: (stranger) => stranger.send({ type: 'report', report: toWireReport() }),
    });
  },
};
