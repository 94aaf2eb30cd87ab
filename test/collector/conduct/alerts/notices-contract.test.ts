import { Fault } from '@trimtab/protocol/shared';
import type { NoticeSender } from '../../../../collector/src/ports/notice-sender.ts';
import { type NoticesPlace, noticesContract } from '../../../contract/notices.ts';
import { openDelivery, settled } from './delivery-under-test.ts';

async function openPlace(): Promise<NoticesPlace> {
  const place = await openDelivery();
  const took: string[] = [];
  let isDown = false;
  const sender: NoticeSender = {
    name: 'it',
    rules: null,
    groups: false,
    attemptMs: null,
    async send({ id, event }) {
      if (isDown) throw new Fault({ code: 'notice-failed', operation: 'do', subject: 'it', cause: 'down', hint: null });
      if (event !== 'test') took.push(id);
    },
    restate: null,
    async stop() {},
  };
  let delivery = await place.start([sender]);
  return {
    notices: {
      post: (notices) => delivery.post(notices),
      test: (to) => delivery.test(to),
    },
    took: () => took,
    setDown(given) {
      isDown = given;
    },
    async pass() {
      await settled();
      place.clock.advance(600_000);
      await settled();
    },
    async restart() {
      await place.reopen();
      delivery = await place.start([sender]);
    },
    close: () => place.close(),
  };
}

noticesContract('deliveries by senders', openPlace);
