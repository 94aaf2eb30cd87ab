import type { GuestIdentity } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { createGuestsOfHost } from '../../../../collector/src/conduct/survey/guests-of-host.ts';
import { swapUuid } from '../../../../collector/src/correlate/match-domain.ts';
import { aDomain, anIdentity, UUID } from '../../correlate/examples.ts';

const STRANGER = anIdentity({ productUuid: '99999999-9999-4999-8999-999999999999', bootId: null });

it('nobody is a stranger before the host was read once, and then who it does not tell of', () => {
  const { isKnown, read } = createGuestsOfHost({ weigh() {} });
  expect(isKnown(STRANGER)).toBe(true);
  read({ domains: [aDomain()] });
  expect([anIdentity({}), anIdentity({ productUuid: swapUuid(UUID) }), STRANGER].map(isKnown)).toEqual([
    true,
    true,
    false,
  ]);
  read({ domains: [] });
  expect(isKnown(anIdentity({}))).toBe(false);
});

it('at each reading of the host the connected guests are weighed by it', () => {
  const weighed: boolean[] = [];
  const { read } = createGuestsOfHost({
    weigh: (isKnown: (guest: GuestIdentity) => boolean) => weighed.push(isKnown(anIdentity({}))),
  });
  read({ domains: [] });
  read({ domains: [aDomain()] });
  expect(weighed).toEqual([false, true]);
});
