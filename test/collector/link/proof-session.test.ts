import type { ProofId } from '@trimtab/protocol';
import { CLOSE_CODES, type FromHost } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import { PROOF_ID } from '../../protocol/example-messages.ts';
import { encode, openLinks, says } from './links-under-test.ts';

const PROVE: Extract<FromHost, { type: 'prove' }> = { type: 'prove', proofId: PROOF_ID, disk: 'sda', units: [1] };
const REFUSED = {
  type: 'problem',
  about: PROOF_ID,
  problem: { code: 'busy', operation: 'read a pattern', subject: 'sda', cause: 'another is read', hint: null },
} as const;

async function greet() {
  const under = openLinks();
  const guest = under.connect();
  await guest.send(encode(says('hello')));
  const prove = (proofId = PROOF_ID) => under.links.send(under.links.guests()[0]?.id as GuestId, { ...PROVE, proofId });
  return { ...under, guest, prove };
}

it('delivers the answer to a proof that was asked for', async () => {
  const { guest, prove, said } = await greet();
  expect(prove()).toBe(true);
  await guest.send(encode(says('proved')));
  expect(guest.received.at(-1)).toEqual(PROVE);
  expect(said).toEqual([says('proved')]);
  expect(guest.closed).toBeNull();
});

it('takes the answer of a proof that was given up in between, and of a later one', async () => {
  const { guest, prove, said } = await greet();
  const later = '11111111-2222-4333-8444-555555555555' as ProofId;
  prove();
  prove(later);
  await guest.send(encode(says('proved')));
  await guest.send(encode({ type: 'proved', proofId: later }));
  expect(said).toHaveLength(2);
  expect(guest.closed).toBeNull();
});

it.each([
  ['nobody asked for', async () => {}],
  [
    'was answered already',
    async ({ guest, prove }: Awaited<ReturnType<typeof greet>>) => {
      prove();
      await guest.send(encode(says('proved')));
    },
  ],
  [
    'was refused already',
    async ({ guest, prove }: Awaited<ReturnType<typeof greet>>) => {
      prove();
      await guest.send(encode(REFUSED));
    },
  ],
  [
    'was asked for on an earlier session',
    async (under: Awaited<ReturnType<typeof greet>>) => {
      under.prove();
      const again = under.connect();
      await again.send(encode(says('hello')));
      under.guest = again;
    },
  ],
])('closes the session of a guest that answers a proof that %s', async (_, before) => {
  const under = await greet();
  await before(under);
  const heard = under.said.length;
  await under.guest.send(encode(says('proved')));
  expect(under.guest.closed).toEqual({
    code: CLOSE_CODES.outOfOrder,
    reason: 'proved without a proof that was asked for',
  });
  expect(under.said).toHaveLength(heard);
});

it('does not let a guest answer the proof of another', async () => {
  const { links, connect, prove, said } = await greet();
  const other = connect();
  const hello = says('hello');
  await other.send(
    encode({ ...hello, guest: { ...hello.guest, productUuid: '99999999-9999-4999-8999-999999999999' } }),
  );
  expect(links.guests()).toHaveLength(2);
  prove();
  await other.send(encode(says('proved')));
  expect(other.closed?.code).toBe(CLOSE_CODES.outOfOrder);
  expect(said).toEqual([]);
});
