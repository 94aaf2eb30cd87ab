import type { GuestIdentity } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { createCloneWatch } from '../../../collector/src/link/clones.ts';
import { findCopies } from '../../../collector/src/link/find-copies.ts';
import { encode, openLinks, says } from './links-under-test.ts';

const boot = (letter: string) => `${letter.repeat(8)}-0000-4000-8000-000000000000`;
const MINUTE_MS = 60_000;

async function connectAs({ connect }: ReturnType<typeof openLinks>, identity: Partial<GuestIdentity>) {
  const hello = says('hello');
  const guest = connect();
  await guest.send(encode({ ...hello, guest: { ...hello.guest, ...identity } }));
  return guest;
}

describe('two guests with one product UUID', () => {
  it('are recognised when the first comes back, and named', async () => {
    const under = openLinks();
    await connectAs(under, { bootId: boot('a'), hostname: 'web' });
    await connectAs(under, { bootId: boot('b'), hostname: 'web-copy' });
    expect(findCopies(under.links.guests())).toEqual([]);
    await connectAs(under, { bootId: boot('a'), hostname: 'web' });

    const [guest] = under.links.guests();
    expect(guest?.contested).toContain('two running guests say that they are');
    expect(findCopies(under.links.guests())).toMatchObject([
      {
        subject: 'web',
        sentence: expect.stringMatching(/\(web-copy and web|\(web and web-copy/),
        hint: expect.any(String),
      },
    ]);
    expect(under.warnings).toContainEqual(expect.objectContaining({ guest: 'web' }));
  });

  it('are one again some minutes after the other was stopped', async () => {
    const under = openLinks();
    for (const letter of ['a', 'b', 'a']) await connectAs(under, { bootId: boot(letter) });
    under.clock.advance(4 * MINUTE_MS);
    expect(under.links.guests()[0]?.contested).not.toBeNull();
    under.clock.advance(2 * MINUTE_MS);
    expect(under.links.guests()[0]?.contested).toBeNull();
  });
});

describe('two guests with one product UUID and one boot id', () => {
  const named = { bootId: boot('a'), hostname: 'web' };

  it('are told once each has taken the session of the other, and one alone is told no more', async () => {
    const under = openLinks();
    const told = () => findCopies(under.links.guests()).map(({ subject }) => subject);
    await connectAs(under, named);
    for (let turn = 1; turn <= 3; turn += 1) {
      expect(told()).toEqual([]);
      under.clock.advance(10_000);
      await connectAs(under, named);
    }
    expect(findCopies(under.links.guests())).toMatchObject([
      { subject: 'web', sentence: expect.stringContaining('two agents take its session from each other') },
    ]);
    expect(under.warnings).toContainEqual(expect.objectContaining({ guest: 'web' }));
    under.clock.advance(6 * MINUTE_MS);
    expect(told()).toEqual([]);
  });

  it('are not told of a guest that comes back after its connection was half dead, nor of one that restarts', async () => {
    const under = openLinks();
    for (let turn = 1; turn <= 5; turn += 1) {
      await connectAs(under, named);
      under.clock.advance(25_000);
    }
    for (const letter of ['b', 'c', 'd', 'e', 'f']) await connectAs(under, { ...named, bootId: boot(letter) });
    expect(findCopies(under.links.guests())).toEqual([]);
  });
});

describe('one guest', () => {
  it('that restarts often, or reconnects, is no copy', () => {
    const watch = createCloneWatch();
    for (const letter of ['a', 'a', 'b', 'c', 'c', 'd', 'e', 'f'])
      watch.greeted({ ...says('hello').guest, bootId: boot(letter) }, 0);
    expect(watch.contested(says('hello').guest, 0)).toBeNull();
  });

  it('that makes up boots does not make the memory grow without end', () => {
    const watch = createCloneWatch();
    const guestOf = (index: number) => ({
      ...says('hello').guest,
      productUuid: null,
      machineId: `${index}`.padStart(32, '0'),
    });
    for (let index = 0; index < 20_000; index += 1)
      for (const letter of ['a', 'b', 'a']) watch.greeted({ ...guestOf(index), bootId: boot(letter) }, 0);
    expect(watch.contested(guestOf(0), 0)).toBeNull();
    expect(watch.contested(guestOf(19_999), 0)).not.toBeNull();
  });
});

it('two guests with one machine-id and a UUID each are named, and told apart', async () => {
  const under = openLinks();
  for (const letter of ['a', 'b'])
    await connectAs(under, {
      productUuid: `${letter.repeat(8)}-0000-4000-8000-000000000000`,
      bootId: boot(letter),
      hostname: `web-${letter}`,
    });
  expect(under.links.guests().map(({ contested }) => contested)).toEqual([null, null]);
  expect(findCopies(under.links.guests())).toMatchObject([
    { subject: 'web-a', sentence: expect.stringContaining('web-a and web-b have the machine-id') },
  ]);
});
