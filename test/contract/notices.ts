import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notices } from '../../collector/src/ports/notices.ts';
import { noticeOf } from '../collector/alert/notice-examples.ts';

/** One receiver of an implementation under test. */
export interface NoticesPlace {
  readonly notices: Notices;
  /** The ids of what it has taken, in that order. */
  took(): readonly string[];
  /** From now on it takes nothing, or takes what comes. */
  setDown(isDown: boolean): void;
  /** Until all that can be delivered is, and what cannot has been tried once more. */
  pass(): Promise<void>;
  /** The implementation ends as if it were killed, and begins anew over what it has stored. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of the port `Notices` owes; the rules [N1] to [N3] stand in the port. */
export function noticesContract(name: string, openPlace: () => Promise<NoticesPlace>): void {
  describe(`contract of notices: ${name}`, () => {
    let place: NoticesPlace;
    beforeEach(async () => {
      place = await openPlace();
    });
    afterEach(() => place.close());

    it('[N1] what is posted is durable, and nobody waits for its delivery', async () => {
      place.setDown(true);
      await place.notices.post([noticeOf({ n: 1 })]);
      await place.restart();
      place.setDown(false);
      await place.pass();
      expect(place.took()).toEqual(['notice 1']);
    });

    it('[N2] a notice that was posted before changes nothing, also after a restart', async () => {
      await place.notices.post([noticeOf({ n: 1 })]);
      await place.pass();
      await place.notices.post([noticeOf({ n: 1 })]);
      await place.restart();
      await place.notices.post([noticeOf({ n: 1 })]);
      await place.pass();
      expect(place.took()).toEqual(['notice 1']);
    });

    it('[N3] it is tried until it is taken, before what was posted later', async () => {
      place.setDown(true);
      await place.notices.post([noticeOf({ n: 1, alert: { id: 'a' } })]);
      await place.pass();
      await place.notices.post([noticeOf({ n: 2, alert: { id: 'b' } })]);
      await place.pass();
      place.setDown(false);
      await place.pass();
      expect(place.took()).toEqual(['notice 1', 'notice 2']);
    });

    it('a test is taken or not, and says which', async () => {
      expect(await place.notices.test(null)).toMatchObject([{ outcome: 'delivered' }]);
      place.setDown(true);
      expect(await place.notices.test(null)).toMatchObject([{ outcome: { code: expect.stringMatching(/^notice-/) } }]);
    });
  });
}
