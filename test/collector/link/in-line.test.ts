import { setImmediate } from 'node:timers/promises';
import { type Challenge, CLOSE_CODES, type Hello } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import type { Challenged } from '../../../collector/src/link/guest-links.ts';
import { GREETING_TIMEOUT_MS } from '../../../collector/src/link/session.ts';
import { FROM_GUEST, FROM_HOST } from '../../protocol/example-messages.ts';
import { encode, openLinks, says } from './links-under-test.ts';

const keyed = FROM_GUEST[0] as Hello;
const challenge = FROM_HOST.find(({ type }) => type === 'challenge') as Challenge;

it('what the host takes for its challenge is not counted against the guest, and what the guest takes is [P2]', async () => {
  const challenged = Promise.withResolvers<Challenged>();
  const links = openLinks({ challenge: () => challenged.promise });
  const guest = links.connect();
  links.clock.advance(GREETING_TIMEOUT_MS - 1);
  await guest.send(encode(keyed));
  links.clock.advance(10 * GREETING_TIMEOUT_MS);
  expect(guest.closed).toBeNull();
  challenged.resolve({ message: challenge, pin: 'P'.repeat(43) });
  await setImmediate();
  expect(guest.received).toEqual([challenge]);
  links.clock.advance(GREETING_TIMEOUT_MS - 1);
  expect(guest.closed).toBeNull();
  links.clock.advance(1);
  expect(guest.closed?.code).toBe(CLOSE_CODES.greetingTimeout);
});

it('of those that come at once each is welcome before the next is challenged, in the order in which they came', async () => {
  const COUNT = 300;
  const links = openLinks();
  const guests = Array.from({ length: COUNT }, (_, index) => {
    const guest = links.connect({ address: `192.0.2.${index}` });
    const productUuid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    guest.frame(encode({ ...keyed, guest: { ...keyed.guest, productUuid } }));
    return guest;
  });
  const answered = new Set<number>();
  const welcome: number[] = [];
  let mostUnderWay = 0;
  for (let turn = 0; welcome.length < COUNT && turn < 100 * COUNT; turn += 1) {
    for (const [index, { frame, received }] of guests.entries()) {
      if (received.length > 0 && !answered.has(index)) {
        answered.add(index);
        frame(encode(says('credential')));
      }
      if (received.length > 1 && !welcome.includes(index)) welcome.push(index);
    }
    mostUnderWay = Math.max(mostUnderWay, answered.size - welcome.length);
    await setImmediate();
  }
  expect(welcome).toEqual(guests.map((_, index) => index));
  // Those whose answer has just come.
  expect(mostUnderWay).toBeLessThan(COUNT / 20);
});

it('one that leaves while it stands in line is asked for nothing', async () => {
  const asked: string[] = [];
  const links = openLinks({
    recalls: async ({ hello }) => {
      asked.push(hello.guest.hostname);
      return true;
    },
  });
  const guests = ['a', 'b', 'c'].map((hostname) => {
    const guest = links.connect();
    guest.frame(encode({ ...keyed, guest: { ...keyed.guest, hostname } }));
    return guest;
  });
  guests[1]?.hangUp();
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
  expect(asked).toEqual(['a', 'c']);
});
