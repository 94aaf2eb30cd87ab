import { CLOSE_CODES } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { createGuestAnswers } from '../../../collector/src/conduct/answer-guest.ts';
import type { Trims } from '../../../collector/src/conduct/trims/trims.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { encode, openLinks, says } from '../link/links-under-test.ts';

const nothing = () => {};

/** Each at its word: who is let in, other tests say. */
const LETS_ALL_IN: Parameters<typeof createGuestAnswers>[0]['enrolment'] = {
  recalls: async () => true,
  challenge: () => Promise.reject(new Error('no guest of these tests has a key')),
  async meet({ hello: { guest: identity } }) {
    const id = identity.productUuid as string as GuestId;
    const recognise = async () => ({ kind: 'recognised', id, name: 'web', renamed: [] }) as const;
    return { kind: 'admitted', proof: 'word', identity, recognise };
  },
  doors: {
    admitted: nothing,
    connected: nothing,
    disconnected: nothing,
    learned: async () => {},
    tellChanges: nothing,
    start: nothing,
    stop: nothing,
  },
};

const quiet = () => new Promise((resolve) => setImmediate(resolve));

/**
 * The answers over the collector's own links: what becomes of each intent, and of a guest's leaving, is the test's to
 * say.
 */
function scene() {
  const intents: PromiseWithResolvers<void>[] = [];
  const leavings: PromiseWithResolvers<void>[] = [];
  const errors: unknown[] = [];
  const warnings: unknown[] = [];
  const usages: unknown[] = [];
  const begin = (works: PromiseWithResolvers<void>[]) => {
    const work = Promise.withResolvers<void>();
    works.push(work);
    return work.promise;
  };
  const answers = createGuestAnswers({
    clock: createTestClock(),
    log: { info() {}, warn: (fields) => warnings.push(fields), error: (fields) => errors.push(fields) },
    store: { sawGuests: async () => {} },
    remembering: { came: nothing },
    enrolment: LETS_ALL_IN,
    trims: {
      intended: () => begin(intents),
      guestCame: async () => {},
      guestLeft: () => begin(leavings),
      refused: async () => {},
    } as unknown as Trims,
    proofs: { guestLeft() {} },
    proofAnswers: { answered: () => undefined, guestLeft() {}, isAsking: () => false },
    links: { find: () => null, send: () => false },
    guestsOfHost: { isKnown: () => true },
    usages: { told: ({ id }, { filesystems }) => void usages.push([id, filesystems]) },
  });
  return { ...openLinks(answers), intents, leavings, errors, told: warnings, usages };
}

it('what failed for a guest ends its session', async () => {
  const { connect, intents, errors } = scene();
  const guest = connect();
  await guest.send(encode(says('hello')));
  await guest.send(encode(says('inventory')));
  await guest.send(encode(says('intent')));
  intents[0]?.reject(new Error('the store is full'));
  await quiet();
  expect(guest.closed?.code).toBe(CLOSE_CODES.internal);
  expect(errors).toMatchObject([{ reason: 'the store is full' }]);
});

it('what failed for an older session of a guest leaves its newer one alone', async () => {
  const { connect, intents, leavings, errors } = scene();
  const [older, newer] = [connect(), connect()];
  await older.send(encode(says('hello')));
  await older.send(encode(says('inventory')));
  await older.send(encode(says('intent')));
  await newer.send(encode(says('hello')));
  expect(older.closed?.code).toBe(CLOSE_CODES.superseded);
  intents[0]?.reject(new Error('the store is full'));
  leavings[0]?.reject(new Error('the store is full'));
  await quiet();
  expect(newer.closed).toBeNull();
  expect(errors).toHaveLength(2);
});

it('of what a guest cannot do, the log is told once a minute, however often the guest says so', async () => {
  const { connect, told } = scene();
  const guest = connect();
  await guest.send(encode(says('hello')));
  for (let count = 0; count < 50; count += 1) await guest.send(encode(says('problem')));
  expect(told).toMatchObject([{ guest: 'web', code: says('problem').problem.code }]);
});

it('what a guest says that its filesystems hold is heard after its inventory, and before that it is let be', async () => {
  const { connect, usages } = scene();
  const guest = connect();
  await guest.send(encode(says('hello')));
  await guest.send(encode(says('inventory')));
  await guest.send(encode(says('usage')));
  expect(usages).toEqual([[expect.any(String), [{ mount: '/data', usedBytes: 4096, totalBytes: 8_589_934_592 }]]]);
  const hasty = connect();
  await hasty.send(encode(says('hello')));
  await hasty.send(encode(says('usage')));
  expect(hasty.closed).toBeNull();
  expect(usages).toHaveLength(1);
});
