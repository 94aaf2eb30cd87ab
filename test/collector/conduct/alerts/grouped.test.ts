import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOST_GROUPED, MOST_UNGROUPED } from '../../../../collector/src/alert/group.ts';
import { toNoticeKey } from '../../../../collector/src/alert/notice-key.ts';
import { startHttpReceiver } from '../../../support/receivers/http-receiver.ts';
import { startMailReceiver } from '../../../support/receivers/mail-receiver.ts';
import { sendersOf } from '../../../support/receivers/sender-of.ts';
import { awayOf, manyAway, noticeOf } from '../../alert/notice-examples.ts';
import { heldSender, openDelivery, settled } from './delivery-under-test.ts';

let place: Awaited<ReturnType<typeof openDelivery>>;
beforeEach(async () => {
  place = await openDelivery();
});
afterEach(() => place.close());

const phone = () => heldSender({ name: 'phone', groups: true });
const pendingIds = async () => (await place.store().pendingNotices()).map(({ notice }) => notice.id);
/** Of `start 6 from a to b as group 1f…`. */
const groupIn = (what = '') => what.replace(/ as group \w+$/, '');

async function take(sender: ReturnType<typeof phone>, most = 1_000): Promise<readonly string[]> {
  for (let times = 0; times < most && sender.asked.length > 0; times += 1) {
    sender.asked[0]?.take();
    await settled();
  }
  return sender.took.map(groupIn);
}

async function failOnce(sender: ReturnType<typeof phone>, code?: string): Promise<void> {
  sender.asked[0]?.refuse(code);
  await settled();
  place.clock.advance(600_000);
  await settled();
}

describe('notices that come together', () => {
  it('a hundred are one to whoever reads them, and a hundred to a machine', async () => {
    await using posts = await startHttpReceiver();
    await using mails = await startMailReceiver();
    const server = `smtp://127.0.0.1:${mails.port}`;
    const senders = [
      { kind: 'slack', url: `${posts.url}/slack` } as const,
      { kind: 'webhook', url: `${posts.url}/each`, token: null, group: false } as const,
      { kind: 'email', server, from: 'a@h.example', to: ['b@h.example'], user: null, password: null } as const,
    ].flatMap((entry) => sendersOf(entry).map((sender) => ({ ...sender, name: entry.kind })));
    const delivery = await place.start(senders);
    await delivery.post(manyAway({ to: 100 }));
    await posts.until(101);
    while ((await place.store().pendingNotices()).length > 0) await new Promise((resolve) => setImmediate(resolve));
    const paths = posts.received.map(({ path }) => path);
    expect([paths.filter((path) => path === '/slack').length, paths.length, mails.received.length]).toEqual([
      1, 101, 1,
    ]);
    const each = posts.received.filter(({ path }) => path === '/each').map(({ body }) => JSON.parse(body).key);
    expect(each).toEqual(manyAway({ to: 100 }).map(({ id }) => toNoticeKey(id)));
  });

  it('a few are told each by itself, and those of another rule or another event are no reason', async () => {
    const sender = phone();
    const delivery = await place.start([sender]);
    const few = manyAway({ to: MOST_UNGROUPED });
    await delivery.post([...few, noticeOf(), ...manyAway({ from: 20, to: 21, event: 'end' })]);
    await settled();
    expect(await take(sender)).toEqual([
      ...few.map(({ id }) => `start ${id}`),
      'start notice 1',
      'end web-020:end',
      'end web-021:end',
    ]);
  });

  it('what came before a group is told before it, by itself', async () => {
    const sender = phone();
    const delivery = await place.start([sender]);
    await delivery.post([noticeOf(), ...manyAway({ to: 6 })]);
    await settled();
    expect(await take(sender)).toEqual(['start notice 1', 'start 6 from web-001 to web-006']);
  });

  it('no reminder goes before the start of its alert', async () => {
    const sender = phone();
    const delivery = await place.start([sender]);
    const reminders = manyAway({ to: 7, event: 'reminder' });
    await delivery.post([...reminders.slice(0, 1), awayOf(7), ...reminders.slice(1)]);
    await settled();
    expect(await take(sender)).toEqual([
      'reminder 6 from web-001 to web-006',
      'start web-007:start',
      'reminder web-007:reminder',
    ]);
  });
});

describe('a receiver that was down', () => {
  it('is told what came meanwhile in groups, each once and none lost', async () => {
    const sender = phone();
    const delivery = await place.start([sender]);
    for (let n = 1; n <= 300; n += 1) await delivery.post([awayOf(n)]);
    await settled();
    await failOnce(sender);
    // The first was tried alone, and may have been heard.
    expect(await take(sender)).toEqual([
      'start web-001:start',
      `start ${MOST_GROUPED} from web-002 to web-201`,
      'start 99 from web-202 to web-300',
    ]);
    expect(await pendingIds()).toEqual([]);
  });

  it('is told a group that failed under the same id, whatever came meanwhile', async () => {
    const sender = phone();
    const delivery = await place.start([sender]);
    await delivery.post(manyAway({ to: 100 }));
    await settled();
    const [tried] = sender.asked;
    await delivery.post(manyAway({ from: 101, to: 110 }));
    await failOnce(sender);
    expect(sender.asked[0]?.what).toBe(tried?.what);
    expect(await take(sender)).toEqual(['start 100 from web-001 to web-100', 'start 10 from web-101 to web-110']);
    expect(await pendingIds()).toEqual([]);
  });

  it('is not told of the start of what is over by then, and of that its end', async () => {
    const sender = phone();
    const delivery = await place.start([sender]);
    await delivery.post(manyAway({ to: 8 }));
    await settled();
    const id = sender.asked[0]?.what.match(/group \w+$/)?.[0] ?? 'no group';
    await delivery.post(manyAway({ to: 2, event: 'end' }));
    await failOnce(sender);
    expect(sender.asked[0]?.what).toBe(`start 6 from web-003 to web-008 as ${id}`);
    await delivery.post(manyAway({ from: 3, to: 8, event: 'end' }));
    await failOnce(sender);
    expect(await take(sender)).toEqual(['end 8 from web-001 to web-008']);
    expect(await pendingIds()).toEqual([]);
  });

  it('is told the same group under the same id after a restart', async () => {
    const before = phone();
    const delivery = await place.start([before]);
    await delivery.post(manyAway({ to: 50 }));
    await settled();
    const tried = before.asked[0]?.what;
    await place.reopen();
    const after = phone();
    await place.start([after]);
    await settled();
    expect(after.asked.map(({ what }) => what)).toEqual([tried]);
    await take(after);
    expect(await pendingIds()).toEqual([]);
  });

  it('and refuses a group outright is told each of it by itself', async () => {
    const sender = phone();
    const delivery = await place.start([sender]);
    await delivery.post(manyAway({ to: 6 }));
    await settled();
    await failOnce(sender, 'notice-refused');
    expect(place.said).not.toContain('a notice is given up');
    await delivery.post(manyAway({ from: 11, to: 16 }));
    expect(await take(sender)).toEqual([
      ...manyAway({ to: 6 }).map(({ id }) => `start ${id}`),
      'start 6 from web-011 to web-016',
    ]);
  });
});
