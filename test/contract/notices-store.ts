import { describe, expect, it } from 'vitest';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { noticeOf } from '../collector/alert/notice-examples.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

/** What every implementation of the port `NoticesStore` owes; the rules [NO1] to [NO4] stand in the port. */
export function noticesStoreContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`notices contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      onOpen: (opened) => {
        store = opened;
      },
    });
    const add = (
      given: Parameters<typeof noticeOf>[0],
      { senders = ['phone'], postedAt = 10 }: { readonly senders?: readonly string[]; readonly postedAt?: number } = {},
    ) => store.addNotices([{ notice: noticeOf(given), senders, postedAt }]);
    const pending = async () => (await store.pendingNotices()).map(({ sender, notice }) => `${notice.id} by ${sender}`);

    it('[NO1] a notice is kept with its deliveries, and one that is known changes nothing', async () => {
      expect(await add({ n: 1 }, { senders: ['phone', 'mail'], postedAt: 7 })).toEqual([noticeOf({ n: 1 })]);
      expect(await add({ n: 1, event: 'end' }, { senders: ['other'], postedAt: 8 })).toEqual([]);
      await reopen();
      expect(await store.pendingNotices()).toEqual(
        expect.arrayContaining([
          { sender: 'phone', notice: noticeOf({ n: 1 }), postedAt: 7 },
          { sender: 'mail', notice: noticeOf({ n: 1 }), postedAt: 7 },
        ]),
      );
      expect(await pending()).toHaveLength(2);
    });

    it('[NO1] one that nobody is to deliver is known all the same', async () => {
      expect(await add({ n: 1 }, { senders: [] })).toHaveLength(1);
      expect(await add({ n: 1 })).toEqual([]);
      expect(await pending()).toEqual([]);
    });

    it('[NO1] of some that come together all are kept in their order, but for those that are known, or none', async () => {
      await add({ n: 2 });
      const senders = ['phone'];
      const some = [3, 2, 1, 3].map((n) => ({ notice: noticeOf({ n }), senders, postedAt: 10 }));
      expect((await store.addNotices(some)).map(({ id }) => id)).toEqual(['notice 3', 'notice 1']);
      const broken = { ...noticeOf({ n: 5 }), id: null as unknown as string };
      const none = [noticeOf({ n: 4 }), broken].map((notice) => ({ notice, senders, postedAt: 10 }));
      await expect(store.addNotices(none)).rejects.toThrow();
      await reopen();
      expect(await pending()).toEqual(['notice 2 by phone', 'notice 3 by phone', 'notice 1 by phone']);
    });

    it('[NO2] what is not delivered is there after a restart, in the order in which it was added', async () => {
      await add({ n: 1 }, { postedAt: 30 });
      // The clock was put back.
      await add({ n: 2, event: 'reminder' }, { senders: ['phone', 'mail'], postedAt: 20 });
      await add({ n: 3, event: 'end' }, { postedAt: 25 });
      await store.endDeliveries([
        { sender: 'phone', noticeId: 'notice 2' },
        { sender: 'phone', noticeId: 'unheard of' },
      ]);
      await reopen();
      expect(await pending()).toEqual(['notice 1 by phone', 'notice 2 by mail', 'notice 3 by phone']);
    });

    it('[NO3] an alert stands from its start until its end is added, as it was told last', async () => {
      await add({ n: 1, alert: { id: 'a', sentence: 'first' } });
      await add({ n: 2, alert: { id: 'b' } });
      await add({ n: 3, event: 'reminder', alert: { id: 'a', sentence: 'later' } });
      await add({ n: 4, event: 'test', alert: { id: 'test' } });
      await reopen();
      expect((await store.standingAlerts()).map(({ id, sentence }) => [id, sentence])).toEqual([
        ['b', noticeOf().alert.sentence],
        ['a', 'later'],
      ]);
      await add({ n: 5, event: 'end', alert: { id: 'a' } });
      expect((await store.standingAlerts()).map(({ id }) => id)).toEqual(['b']);
    });

    it('[NO4] of what is old only what waits is kept, and what stands', async () => {
      await add({ n: 1, alert: { id: 'over' } }, { senders: [], postedAt: 1 });
      await add({ n: 2, event: 'end', alert: { id: 'over' } }, { senders: [], postedAt: 2 });
      await add({ n: 3, alert: { id: 'waits' } }, { postedAt: 3 });
      await add({ n: 4, event: 'end', alert: { id: 'waits' } }, { senders: [], postedAt: 4 });
      await add({ n: 5, alert: { id: 'stands' } }, { senders: [], postedAt: 5 });
      await add({ n: 6, event: 'reminder', alert: { id: 'stands' } }, { senders: [], postedAt: 6 });
      await add({ n: 7, event: 'end', alert: { id: 'new' } }, { senders: [], postedAt: 100 });
      await store.forgetNotices(100);
      const isNew = async (n: number) =>
        (await store.addNotices([{ notice: noticeOf({ n }), senders: [], postedAt: 200 }])).length === 1;
      expect(await Promise.all([3, 6, 7].map(isNew))).toEqual([false, false, false]);
      expect(await Promise.all([1, 2, 4, 5].map(isNew))).toEqual([true, true, true, true]);
      expect(await pending()).toEqual(['notice 3 by phone']);
    });
  });
}
