import type { Stranger } from '../../support/programs/stranger.ts';
import { toWireReport } from '../../support/programs/wire-peer.ts';
import type { Attack } from './attack.ts';
import { standStrangers } from './standing-strangers.ts';

const GUESTS = 50;
/** Of each, as long as the budget of its frames lasts. */
const REPORTS_A_SECOND = 15;

/** Says what must be answered, and reads no answer. */
export const readers: Attack = {
  name: 'readers',
  what: `reports by ${GUESTS} that do not read`,
  aSecond: GUESTS * REPORTS_A_SECOND,
  prepare(target) {
    const greeted = (stranger: Stranger) => stranger.stopReading();
    const act = (stranger: Stranger) => stranger.send({ type: 'report', report: toWireReport() });
    return standStrangers({ ...target, size: GUESTS, greeted, act });
  },
};
