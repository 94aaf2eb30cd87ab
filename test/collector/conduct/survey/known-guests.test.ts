import { expect, it } from 'vitest';
import { listKnownGuests, readKnownGuests } from '../../../../collector/src/conduct/survey/known-guests.ts';
import { anIdentity } from '../../correlate/examples.ts';
import { aConnected, aRecord, IDLE, WEB, WEB_DOMAIN } from '../known-host.ts';

const UUID = WEB_DOMAIN.uuid ?? '';

it('a guest that connects while the host is read is connected, and listed once', async () => {
  let isHere = false;
  const known = await readKnownGuests({
    links: { guests: () => (isHere ? [aConnected()] : []) },
    store: { guests: async () => [aRecord()] },
    survey: {
      read: async () => {
        isHere = true;
        return { takenAt: 0, domains: [WEB_DOMAIN], findings: [], sources: [], offSince: new Map() };
      },
    },
  });
  expect(known.map(({ record, connected }) => [record?.id, connected?.id])).toEqual([[WEB, WEB]]);
});

it('a domain is one guest: what a connected agent proves to be its own is not also that of one that is away', () => {
  const away = aRecord({ id: IDLE, name: 'web~2', identities: [{ kind: 'product-uuid', value: UUID }] });
  const connected = aConnected({ identity: anIdentity({ productUuid: UUID }) });
  const host = { takenAt: 0, domains: [WEB_DOMAIN], findings: [], sources: [], offSince: new Map() };
  const known = listKnownGuests({ host, records: [away, aRecord()], connected: [connected] });
  expect(known.map(({ name, connected, domain }) => [name, connected?.id ?? null, domain?.key ?? null])).toEqual([
    ['web~2', null, null],
    ['web', WEB, WEB_DOMAIN.key],
  ]);
});
