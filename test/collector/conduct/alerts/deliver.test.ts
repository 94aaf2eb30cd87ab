import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEPT_MS, MOST_REFUSALS } from '../../../../collector/src/conduct/alerts/deliver/line.ts';
import { ATTEMPT_MS } from '../../../../collector/src/conduct/alerts/deliver/try-sending.ts';
import { noticeOf } from '../../alert/notice-examples.ts';
import { heldSender, openDelivery, settled } from './delivery-under-test.ts';

let place: Awaited<ReturnType<typeof openDelivery>>;
beforeEach(async () => {
  place = await openDelivery();
});
afterEach(() => place.close());

const whatOf = (sender: { readonly asked: readonly { readonly what: string }[] }) =>
  sender.asked.map(({ what }) => what);

describe('delivery', () => {
  it('each receiver gets each notice once, in order, and none waits for another', async () => {
    const [fast, hung] = [heldSender({ name: 'fast' }), heldSender({ name: 'hung' })];
    const delivery = await place.start([fast, hung]);
    await delivery.post([noticeOf({ n: 1, alert: { id: 'a' } })]);
    await delivery.post([noticeOf({ n: 2, alert: { id: 'b' } })]);
    await delivery.post([noticeOf({ n: 1, alert: { id: 'a' } })]);
    await settled();
    expect(whatOf(fast)).toEqual(['start notice 1']);
    fast.asked[0]?.take();
    await settled();
    fast.asked[0]?.take();
    await settled();
    expect([fast.took, whatOf(fast), whatOf(hung)]).toEqual([
      ['start notice 1', 'start notice 2'],
      [],
      ['start notice 1'],
    ]);
    const waiting = await place.store().pendingNotices();
    expect(waiting.map(({ sender }) => sender)).toEqual(['hung', 'hung']);
  });

  it('is tried again, later each time, and told of once when it begins to fail and once when it works', async () => {
    const sender = heldSender({ name: 'phone' });
    const delivery = await place.start([sender]);
    await delivery.post([noticeOf()]);
    for (const delay of [1_000, 2_000, 4_000]) {
      await settled();
      sender.asked[0]?.refuse();
      await settled();
      place.clock.advance(delay - 1);
      await settled();
      expect(whatOf(sender)).toEqual([]);
      place.clock.advance(1);
    }
    await settled();
    expect(delivery.findings()).toEqual([
      {
        subject: 'notify phone',
        sentence:
          'Nothing could be delivered to phone since 2025-11-23 08:00 UTC: it is down. 1 notice is kept, and tried again.',
        hint: 'Start it.',
      },
    ]);
    sender.asked[0]?.take();
    await settled();
    expect(delivery.findings()).toEqual([]);
    expect(place.said).toEqual(['notices cannot be delivered', 'notices are delivered again']);
  });

  it('a receiver that says nothing has not taken it', async () => {
    const sender = heldSender({ name: 'phone' });
    const delivery = await place.start([sender]);
    await delivery.post([noticeOf()]);
    await settled();
    place.clock.advance(ATTEMPT_MS);
    await settled();
    expect(delivery.findings()[0]?.sentence).toContain('the receiver did not answer within 30 s');
    place.clock.advance(1_000);
    await settled();
    expect(whatOf(sender)).toEqual(['start notice 1', 'start notice 1']);
  });

  it('one that asks for longer is given it, and not told again meanwhile', async () => {
    const sender = heldSender({ name: 'mail', attemptMs: 20 * ATTEMPT_MS });
    const delivery = await place.start([sender]);
    await delivery.post([noticeOf()]);
    await settled();
    place.clock.advance(20 * ATTEMPT_MS - 1);
    await settled();
    expect([delivery.findings(), whatOf(sender)]).toEqual([[], ['start notice 1']]);
    place.clock.advance(1);
    await settled();
    expect(delivery.findings()[0]?.sentence).toContain('the receiver did not answer within 600 s');
  });

  it('what began and ended while a receiver was down is told it as one', async () => {
    const sender = heldSender({ name: 'phone' });
    const delivery = await place.start([sender]);
    await delivery.post([noticeOf({ n: 1 })]);
    await settled();
    sender.asked[0]?.refuse();
    await delivery.post([noticeOf({ n: 2, event: 'reminder' })]);
    await delivery.post([noticeOf({ n: 3, event: 'end' })]);
    await settled();
    place.clock.advance(1_000);
    await settled();
    sender.asked[0]?.take();
    await settled();
    expect([sender.took, whatOf(sender)]).toEqual([['end notice 3'], []]);
    expect(await place.store().pendingNotices()).toEqual([]);
  });

  it('what is under way at a restart is delivered again, and what was delivered is not', async () => {
    const before = heldSender({ name: 'phone' });
    const delivery = await place.start([before, heldSender({ name: 'gone' })]);
    await delivery.post([noticeOf({ n: 1, alert: { id: 'a' } })]);
    await delivery.post([noticeOf({ n: 2, alert: { id: 'b' } })]);
    await settled();
    before.asked[0]?.take();
    await settled();
    expect(whatOf(before)).toEqual(['start notice 2']);
    await place.reopen();
    const after = heldSender({ name: 'phone' });
    await place.start([after]);
    await settled();
    expect(whatOf(after)).toEqual(['start notice 2']);
    expect(place.said).toContain('notices are dropped: no [[notify]] has this name any more');
  });

  it('what nobody took for a week is given up, but never untried', async () => {
    const sender = heldSender({ name: 'phone' });
    const delivery = await place.start([sender]);
    await delivery.post([noticeOf({ n: 1, alert: { id: 'a' } })]);
    await settled();
    // The clock on the wall is put forward: that alone drops nothing.
    place.clock.jump(KEPT_MS + 1);
    await settled();
    expect(whatOf(sender)).toEqual(['start notice 1']);
    sender.asked[0]?.refuse();
    await settled();
    place.clock.advance(1_000);
    await settled();
    expect(whatOf(sender)).toEqual([]);
    expect(place.said).toContain('a notice is given up');
    expect(await place.store().pendingNotices()).toEqual([]);
  });

  it('one that is refused again and again keeps no other waiting for ever', async () => {
    const sender = heldSender({ name: 'phone' });
    const delivery = await place.start([sender]);
    await delivery.post([noticeOf({ n: 1, alert: { id: 'a' } })]);
    await delivery.post([noticeOf({ n: 2, alert: { id: 'b' } })]);
    for (let attempt = 1; attempt <= MOST_REFUSALS; attempt += 1) {
      await settled();
      expect(whatOf(sender)).toEqual(['start notice 1']);
      sender.asked[0]?.refuse('notice-refused');
      await settled();
      place.clock.advance(600_000);
    }
    await settled();
    expect(whatOf(sender)).toEqual(['start notice 2']);
  });

  it('one is not given up for what the one before it was refused', async () => {
    const sender = heldSender({ name: 'phone' });
    const delivery = await place.start([sender]);
    await delivery.post([noticeOf({ n: 1 })]);
    for (let attempt = 1; attempt < MOST_REFUSALS; attempt += 1) {
      await settled();
      sender.asked[0]?.refuse('notice-refused');
      await settled();
      place.clock.advance(600_000);
    }
    await settled();
    expect(whatOf(sender)).toEqual(['start notice 1']);
    // Its end stands for it, also while it is under way.
    await delivery.post([noticeOf({ n: 2, event: 'end' })]);
    for (const what of ['start notice 1', 'end notice 2']) {
      expect(whatOf(sender)).toEqual([what]);
      sender.asked[0]?.refuse('notice-refused');
      await settled();
      place.clock.advance(600_000);
      await settled();
    }
    expect([whatOf(sender), place.said]).toEqual([['end notice 2'], ['notices cannot be delivered']]);
  });

  it('a sender of some rules gets no others', async () => {
    const sender = heldSender({ name: 'phone', rules: ['slack'] });
    const delivery = await place.start([sender]);
    await delivery.post([noticeOf({ n: 1 })]);
    await delivery.post([noticeOf({ n: 2, alert: { rule: 'slack' } })]);
    await settled();
    expect(whatOf(sender)).toEqual(['start notice 2']);
  });

  it('what cannot be stored is told all the same, and only once where it can be stored later', async () => {
    const sender = heldSender({ name: 'phone' });
    let isFull = true;
    const delivery = await place.start([sender], (store) => ({
      ...store,
      addNotices: (added) => (isFull ? Promise.reject(new Error('disk full')) : store.addNotices(added)),
    }));
    await expect(delivery.post([noticeOf()])).rejects.toThrow('disk full');
    await settled();
    sender.asked[0]?.take();
    await settled();
    isFull = false;
    await delivery.post([noticeOf()]);
    await settled();
    expect([sender.took, whatOf(sender)]).toEqual([['start notice 1'], []]);
    expect(await place.store().pendingNotices()).toEqual([]);
  });

  it('begins and goes on where nothing old can be forgotten, as on a full disk', async () => {
    const sender = heldSender({ name: 'phone' });
    const forgetNotices = () => Promise.reject(new Error('disk full'));
    const delivery = await place.start([sender], (store) => ({ ...store, forgetNotices }));
    await delivery.post([noticeOf()]);
    await settled();
    expect(whatOf(sender)).toEqual(['start notice 1']);
    expect(place.said).toEqual(['old notices stay stored']);
  });

  it('stops at once, whatever a receiver does', async () => {
    const delivery = await place.start([heldSender({ name: 'phone' })]);
    await delivery.post([noticeOf()]);
    await settled();
    await delivery.stop();
    expect(await place.store().pendingNotices()).toHaveLength(1);
    expect(place.clock.armed()).toBe(0);
  });
});

describe('a receiver that forgets', () => {
  it('is told every minute what stands, also after a restart', async () => {
    const before = heldSender({ name: 'am', isForgetful: true });
    const delivery = await place.start([before]);
    await settled();
    before.asked[0]?.take();
    await delivery.post([noticeOf({ n: 1, alert: { id: 'a' } })]);
    await delivery.post([noticeOf({ n: 2, alert: { id: 'b' } })]);
    await delivery.post([noticeOf({ n: 3, event: 'end', alert: { id: 'b' } })]);
    for (let turn = 0; turn < 3; turn += 1) {
      await settled();
      before.asked[0]?.take();
    }
    await settled();
    place.clock.advance(60_000);
    await settled();
    expect(whatOf(before)).toEqual(['restate a']);
    await place.reopen();
    const after = heldSender({ name: 'am', isForgetful: true });
    await place.start([after]);
    await settled();
    expect(whatOf(after)).toEqual(['restate a']);
  });
});

describe('a test', () => {
  it('goes past what waits, says what became of it, and what waited is tried at once', async () => {
    const [phone, mail] = [heldSender({ name: 'phone' }), heldSender({ name: 'mail' })];
    const delivery = await place.start([phone, mail]);
    await delivery.post([noticeOf()]);
    await settled();
    phone.asked[0]?.refuse();
    await settled();
    const tested = delivery.test(null);
    await settled();
    expect(whatOf(phone)).toEqual([`test test ${place.clock.now()}`]);
    phone.asked[0]?.take();
    mail.asked.at(-1)?.refuse('notice-denied');
    expect(await tested).toMatchObject([
      { name: 'phone', outcome: 'delivered' },
      { name: 'mail', outcome: { code: 'notice-denied', cause: 'it is down' } },
    ]);
    await settled();
    expect(whatOf(phone)).toEqual(['start notice 1']);
    expect(await place.store().standingAlerts()).toHaveLength(1);
  });

  it('by the name of an entry goes to all of its receivers, and by that of one to it alone', async () => {
    const senders = ['mail/a@example.org', 'mail/b@example.org', 'mailer'].map((name) => heldSender({ name }));
    const delivery = await place.start(senders);
    for (const [to, counts] of [
      ['mail', [1, 1, 0]],
      ['mail/b@example.org', [0, 1, 0]],
    ] as const) {
      const tested = delivery.test(to);
      await settled();
      expect(senders.map(({ asked }) => asked.length)).toEqual(counts);
      for (const { asked } of senders) asked[0]?.take();
      await tested;
    }
  });

  it('a name that there is not is refused, with those that there are', async () => {
    const delivery = await place.start([heldSender({ name: 'phone' })]);
    await expect(delivery.test('pager')).rejects.toMatchObject({
      detail: { code: 'unknown-sender', hint: 'Names: phone.' },
    });
  });
});
