import { expect, it } from 'vitest';
import { countGivenBack } from '../../../collector/src/compose/compose-foresight.ts';
import type { Watch } from '../../../collector/src/conduct/watch/watch.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import type { ClosedTrim } from '../../../collector/src/ports/store/trims.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { TRIM } from '../api/examples.ts';

it('what a trim gave back is stored before the store is closed', async () => {
  const order: string[] = [];
  let goOn = () => {};
  const image = '/a/web.raw';
  const disk = { image, verdict: 'reclaimed', hops: { reclaimedBytes: 50, regainedBytes: null } };
  const result = { ...TRIM, disks: [disk] } as unknown as ClosedTrim['result'];
  const parts: Partial<Store> = {
    closeTrim: async () => result,
    series: async () => [],
    async addSamples() {
      await new Promise<void>((resolve) => (goOn = resolve));
      order.push('stored');
    },
    close: async () => void order.push('closed'),
  };
  const reading = { images: { readings: [{ state: { path: image, pool: '/a' } }] } };
  const watch = { overview: async () => ({ reading }) } as unknown as Watch;
  const log = { info() {}, warn() {}, error() {} };
  const store = countGivenBack({ clock: createTestClock(), log, store: parts as Store, watch });
  await store.closeTrim({ guestId: 'guest-1', report: {}, result } as unknown as ClosedTrim);
  const closing = store.close();
  await new Promise((resolve) => setImmediate(resolve));
  goOn();
  await closing;
  expect(order).toEqual(['stored', 'closed']);
});
