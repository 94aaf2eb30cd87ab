import { describe, expect, it } from 'vitest';
import type { ApiToken } from '../../collector/src/ports/store/api-tokens.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

/** What every implementation of the port `ApiTokensStore` owes; the rules [AT1] and [AT2] stand in the port. */
export function apiTokensContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`api tokens contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('tokens survive a restart, by name and by hash', async () => {
      const tokens = [tokenOf({ name: 'dashboard', scope: 'read', expiresAt: 9 }), tokenOf({ name: 'ci' })];
      for (const token of tokens) expect(await store.addToken({ ...token, hash: `hash of ${token.name}` })).toBe(true);
      await reopen();
      expect(await store.tokens()).toEqual([tokens[1], tokens[0]]);
      expect(await store.findToken('hash of dashboard')).toEqual(tokens[0]);
      expect(await store.findToken('dashboard')).toBeNull();
    });

    it('[AT1] a name that is there gets no second token, and keeps its own', async () => {
      await store.addToken({ ...tokenOf({ name: 'ci' }), hash: 'one' });
      expect(await store.addToken({ ...tokenOf({ name: 'ci', scope: 'read' }), hash: 'two' })).toBe(false);
      expect(await store.findToken('two')).toBeNull();
      expect(await store.findToken('one')).toMatchObject({ scope: 'admin' });
      await expect(store.addToken({ ...tokenOf({ name: 'other' }), hash: 'one' })).rejects.toThrow();
    });

    it('[AT2] one that was revoked is gone at once, and its name is free', async () => {
      await store.addToken({ ...tokenOf({ name: 'ci' }), hash: 'one' });
      expect([await store.revokeToken('ci'), await store.revokeToken('ci')]).toEqual([true, false]);
      expect([await store.findToken('one'), await store.tokens()]).toEqual([null, []]);
      expect(await store.addToken({ ...tokenOf({ name: 'ci' }), hash: 'two' })).toBe(true);
    });
  });
}

export function tokenOf({ name, ...overrides }: { name: string } & Partial<ApiToken>): ApiToken {
  return { name, scope: 'admin', madeAt: 5, madeBy: { kind: 'socket' }, expiresAt: null, ...overrides };
}
