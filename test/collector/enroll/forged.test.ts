import { CLOSE_CODES, type Credential } from '@trimtab/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { verifySignature } from '../../../collector/src/io/signatures.ts';
import { makeGuestKey } from '../../support/joining/guest-key.ts';
import { nameSeeds, seedsFor, underSeed } from '../../support/seeds.ts';
import { openWorld } from './joined-world.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Another letter at this place of one of the texts of a credential. */
const aChange = fc.record({
  field: fc.constantFrom('signature', 'join.key', 'join.signature'),
  at: fc.nat(85),
  to: fc.constantFrom(...LETTERS),
});
type Change = { readonly field: string; readonly at: number; readonly to: string };

const put = (text: string, { at, to }: Change) => {
  const place = at % text.length;
  return text.slice(0, place) + to + text.slice(place + 1);
};

function change(right: Credential, made: Change): Credential {
  const { join } = right;
  if (made.field === 'signature' || join === null) return { ...right, signature: put(right.signature, made) };
  return made.field === 'join.key'
    ? { ...right, join: { ...join, key: put(join.key, made) } }
    : { ...right, join: { ...join, signature: put(join.signature, made) } };
}

const seeds = seedsFor({ suite: 1 });
it(`of credentials in which one letter is another, none lets in, and none takes a use of the token (${nameSeeds(seeds)})`, async () => {
  for (const seed of seeds)
    await underSeed(seed, async () => {
      await using world = await openWorld();
      const secret = await world.makeToken();
      const own = makeGuestKey();
      for (const made of fc.sample(aChange, { numRuns: 150, seed })) {
        const forge = (right: Credential) => {
          const changed = change(right, made);
          // By chance the letter was that one already.
          return JSON.stringify(changed) === JSON.stringify(right) ? { ...right, signature: 'A'.repeat(86) } : changed;
        };
        const { socket } = await world.visit({ own, secret, forge });
        expect([socket.closed?.code, made]).toEqual([CLOSE_CODES.badSignature, made]);
      }
      expect(await world.store.enrolments(0)).toMatchObject([{ uses: 0 }]);
      expect(await world.store.guests()).toEqual([]);
    });
}, 120_000);

it('a key and a signature have one form each: none that only means the same is taken', () => {
  const pair = makeGuestKey();
  const bytes = Buffer.from('text');
  const signature = pair.sign(bytes);
  expect(verifySignature({ key: pair.key, signature, bytes })).toBe(true);
  const alike = (text: string) =>
    [...LETTERS]
      .map((letter) => text.slice(0, -1) + letter)
      .filter((other) => other !== text && Buffer.from(other, 'base64url').equals(Buffer.from(text, 'base64url')));
  expect(alike(pair.key).length).toBeGreaterThan(0);
  for (const key of alike(pair.key)) expect(verifySignature({ key, signature, bytes })).toBe(false);
  for (const other of alike(signature)) expect(verifySignature({ key: pair.key, signature: other, bytes })).toBe(false);
});

it.each(['', 'A'.repeat(43), `${'_'.repeat(42)}8`, 'x', `${'A'.repeat(42)}E`])(
  '%j is no key, and throws nothing',
  (key) => {
    expect(verifySignature({ key, signature: 'A'.repeat(86), bytes: Buffer.from('text') })).toBe(false);
    expect(verifySignature({ key, signature: '', bytes: Buffer.from('text') })).toBe(false);
  },
);
