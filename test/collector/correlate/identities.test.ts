import { expect, it } from 'vitest';
import { toIdentities } from '../../../collector/src/correlate/identities.ts';
import { aDomain, anIdentity, UUID } from './examples.ts';

const MACHINE_ID = '0123456789abcdef0123456789abcdef';

it.each([
  ['its product UUID alone, whatever clones share', {}, null, [['product-uuid', UUID]]],
  [
    'its product UUID, then the domain that it was proven to be',
    {},
    aDomain({ uuid: '11111111-2222-3333-4444-555555555555' }),
    [
      ['product-uuid', UUID],
      ['domain', '11111111-2222-3333-4444-555555555555'],
    ],
  ],
  ['its machine-id where it shows no product UUID', { productUuid: null }, null, [['machine-id', MACHINE_ID]]],
  ['its hostname where it shows nothing else', { productUuid: null, machineId: null }, null, [['hostname', 'web']]],
  ['nothing of a domain without a UUID', {}, aDomain({ uuid: null }), [['product-uuid', UUID]]],
] as const)('a guest is recognised by %s', (_, shown, domain, expected) => {
  expect(toIdentities(anIdentity(shown), domain).map(({ kind, value }) => [kind, value])).toEqual(expected);
});
