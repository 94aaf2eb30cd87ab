import { expect, it } from 'vitest';
import { encode, openLinks, says } from './links-under-test.ts';

it('a usage that comes before the inventory ends no session, and nobody hears of it', async () => {
  const { connect, said } = openLinks();
  const guest = connect();
  await guest.send(encode(says('hello')));
  await guest.send(encode(says('usage')));
  expect({ closed: guest.closed, said }).toEqual({ closed: null, said: [] });
  await guest.send(encode(says('inventory')));
  await guest.send(encode(says('usage')));
  expect(said.map(({ type }) => type).filter((type) => type === 'usage')).toEqual(['usage']);
});
