import { expect, it } from 'vitest';
import { slugOf, toStandingMessages } from '../../../collector/src/alert/forms/home-assistant.ts';
import { alertOf } from './notice-examples.ts';

const PLACE = { base: 'trimtab/host-1', discovery: 'homeassistant', host: 'host-1', version: '1' };
const POOLS = [{ pool: '/srv/vms', freeShare: 0.04, daysUntilFull: 4.5, hasMetadata: true }];

it('a sender of some rules says nothing of the others, and removes what was there of them', () => {
  // What a sender of these rules is given to say: pool-filling stands, and it is not told so.
  const alerts = [alertOf({ rule: 'pool-full' })];
  const messages = toStandingMessages({ ...PLACE, rules: ['pool-full', 'slack'] }, { alerts, pools: POOLS });
  const pool = slugOf('/srv/vms');
  const states = messages.filter(({ payload }) => payload === 'ON' || payload === 'OFF');
  expect(states).toMatchObject([{ topic: `trimtab/host-1/pool/${pool}/pool-full`, payload: 'ON' }]);
  const removed = messages.filter(({ payload, retain }) => payload === '' && retain).map(({ topic }) => topic);
  expect(removed).toEqual(
    ['pool-filling', 'metadata-full', 'overcommit'].map(
      (rule) => `homeassistant/binary_sensor/trimtab_${slugOf('host-1')}_${pool}_${rule}/config`,
    ),
  );
});
