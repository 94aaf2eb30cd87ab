import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import { findAgent, findGuests } from '../../../../collector/src/conduct/survey/find-guest.ts';
import { tellStartAgent } from '../../../../collector/src/conduct/survey/guest-faults.ts';
import { type Knowledge, listKnownGuests } from '../../../../collector/src/conduct/survey/known-guests.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { Domain, SourceState } from '../../../../collector/src/model/domain.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { Identity } from '../../../../collector/src/model/identity.ts';
import type { GuestRecord } from '../../../../collector/src/ports/store/guests.ts';
import { aDomain, anIdentity, UUID } from '../../correlate/examples.ts';

const OTHER_UUID = '99999999-9999-4999-8999-999999999999';

function aRecord(overrides: Partial<GuestRecord> = {}): GuestRecord {
  return {
    id: 'own-id' as GuestId,
    name: 'web',
    identities: [{ kind: 'product-uuid', value: UUID }],
    agentVersion: '0.2.0',
    firstSeenAt: 1,
    lastSeenAt: 2,
    visits: null,
    ...overrides,
  };
}

function aConnected(overrides: Partial<ConnectedGuest> = {}): ConnectedGuest {
  return {
    id: 'own-id' as GuestId,
    name: 'web',
    proof: 'word',
    identity: anIdentity(),
    agentVersion: '0.2.0',
    wireVersion: 2,
    others: 0,
    visits: null,
    inventory: null,
    inventoryAt: null,
    contested: null,
    isKnown: true,
    lastHeardAt: 0,
    ...overrides,
  };
}

type Known = Partial<Omit<Knowledge, 'host'>> & { domains?: readonly Domain[]; sources?: readonly SourceState[] };
/** What is off is so since a reading that began at this moment. */
const OFF_SINCE = 1_000;
const know = ({ domains = [], sources = [], ...known }: Known) => {
  const off = domains.filter(({ isRunning }) => isRunning === false);
  const host = { domains, sources, offSince: new Map(off.map(({ key }) => [key, OFF_SINCE])) };
  return listKnownGuests({ host, records: [], connected: [], ...known });
};
const namesOf = (known: Known, wanted: string) =>
  findGuests(know(known), wanted).map(({ record, domain }) => record?.id ?? domain?.key);
const domainOf = ({ uuid, name }: { uuid: string; name: string }) =>
  aDomain({ key: `libvirt:${uuid}`, uuid, guestUuid: uuid, name });

it('a guest is known once: by its record, its agent and its domain', () => {
  const domain = domainOf({ uuid: UUID, name: 'web' });
  const connected = aConnected();
  const record = aRecord();
  expect(know({ domains: [domain], records: [record], connected: [connected] })).toEqual([
    { name: 'web', record, connected, domain, qemuGa: null, state: 'connected' },
  ]);
  expect(know({ domains: [domain], records: [record] })).toEqual([
    { name: 'web', record, connected: null, domain, qemuGa: null, state: 'away' },
  ]);
  expect(know({ domains: [domain] })).toEqual([
    { name: 'web', record: null, connected: null, domain, qemuGa: null, state: 'no-agent' },
  ]);
});

it('a guest that is away is joined to its domain by the UUIDs that it showed', () => {
  const records = [aRecord({ identities: [{ kind: 'product-uuid', value: UUID }] })];
  const withHardwareUuid = aDomain({ key: 'libvirt:1', uuid: OTHER_UUID, guestUuid: UUID });
  expect(know({ domains: [withHardwareUuid], records })).toMatchObject([{ domain: withHardwareUuid }]);
  const changed = aDomain({ key: 'libvirt:1', uuid: OTHER_UUID, guestUuid: null });
  const proven = [aRecord({ identities: [{ kind: 'domain', value: OTHER_UUID }] })];
  expect(know({ domains: [changed], records: proven })).toMatchObject([{ domain: changed }]);
  const machine: Identity = { kind: 'machine-id', value: UUID };
  expect(know({ domains: [changed], records: [aRecord({ identities: [machine] })] })).toHaveLength(2);
});

it.each([
  ['its name', 'web'],
  ['its product UUID', UUID],
  ['the id of our own', 'own-id'],
  ['the UUID of its domain', OTHER_UUID],
  ['the name of its domain, renamed since its agent said hello', 'web-new'],
])('a guest is found by %s', (_, wanted) => {
  const identities: readonly Identity[] = [
    { kind: 'product-uuid', value: UUID },
    { kind: 'domain', value: OTHER_UUID },
  ];
  const known = { domains: [domainOf({ uuid: OTHER_UUID, name: 'web-new' })], records: [aRecord({ identities })] };
  expect(namesOf(known, wanted)).toEqual(['own-id']);
});

it('a guest that calls itself by the id of another is not found in its place', () => {
  const liar = aRecord({
    id: 'liar' as GuestId,
    name: UUID,
    identities: [{ kind: 'product-uuid', value: OTHER_UUID }],
  });
  expect(namesOf({ records: [liar, aRecord()] }, UUID)).toEqual(['own-id']);
  expect(namesOf({ records: [liar, aRecord()] }, OTHER_UUID)).toEqual(['liar']);
});

it('a name means the guest that bears it, and not the one whose hostname it is', () => {
  const named = aRecord();
  const second = aRecord({
    id: 'second' as GuestId,
    name: 'web~2',
    identities: [{ kind: 'hostname', value: 'web' }],
  });
  expect(namesOf({ records: [second, named] }, 'web')).toEqual(['own-id']);
  expect(namesOf({ records: [second, named] }, 'web~2')).toEqual(['second']);
});

it('two domains of one name, the second with a suffix, are two guests', () => {
  const records = [
    aRecord(),
    aRecord({ id: 'second' as GuestId, name: 'web~2', identities: [{ kind: 'product-uuid', value: OTHER_UUID }] }),
  ];
  const domains = [domainOf({ uuid: UUID, name: 'web' }), domainOf({ uuid: OTHER_UUID, name: 'web' })];
  expect(namesOf({ domains, records }, 'web')).toEqual(['own-id']);
  expect(namesOf({ domains, records }, 'web~2')).toEqual(['second']);
});

it('what nobody is called is an unknown guest, as is the name that a guest had before', () => {
  expect(() => findGuests(know({ records: [aRecord()] }), 'old-name')).toThrow(
    expect.objectContaining({ detail: expect.objectContaining({ code: 'unknown-guest', subject: 'old-name' }) }),
  );
});

it('of a guest whose agent was here before it is told that it comes back by itself', () => {
  const hintOf = (known: Known) => {
    try {
      findAgent({ guests: know(known), wanted: 'web', startAgent: 'In the guest: start it.' });
    } catch (error) {
      if (error instanceof Fault) return error.detail.hint;
      throw error;
    }
    return null;
  };
  const domains = [domainOf({ uuid: UUID, name: 'web' })];
  expect(hintOf({ domains, records: [aRecord()] })).toBe(
    'It was connected before: an agent that runs comes back by itself, within a minute. If it does not: In the guest: start it.',
  );
  expect(hintOf({ domains })).toBe('In the guest: start it.');
});

it('of one in which only qemu-ga ever was, and which may run as a user that is ignored, is told what is seen', () => {
  const record = aRecord({ agentVersion: null, identities: [{ kind: 'domain', value: 'aa:qemu:7' }] });
  expect(() => findAgent({ guests: know({ records: [record] }), wanted: 'web', startAgent: 'START' })).toThrow(
    expect.objectContaining({
      detail: expect.objectContaining({
        code: 'no-agent',
        cause: 'its agent is not connected, and no QEMU of it is seen on this host',
        hint: 'START; or, with qemu-guest-agent: start the guest. `trimtab doctor` names the processes that are ignored',
      }),
    }),
  );
});

it('a guest without an agent cannot be asked, and of two that a word means neither', () => {
  const domains = [domainOf({ uuid: UUID, name: 'web' })];
  expect(() => findAgent({ guests: know({ domains }), wanted: 'web', startAgent: 'Start it.' })).toThrow(
    expect.objectContaining({ detail: expect.objectContaining({ code: 'no-agent' }) }),
  );
  expect(
    findAgent({
      guests: know({ domains, records: [aRecord()], connected: [aConnected()] }),
      wanted: 'web',
      startAgent: 'Start it.',
    }),
  ).toMatchObject({
    id: 'own-id',
  });
  const twin = aRecord({ id: 'twin' as GuestId });
  const connected = [aConnected(), aConnected({ id: 'twin' as GuestId, identity: anIdentity({ productUuid: null }) })];
  expect(() =>
    findAgent({ guests: know({ records: [aRecord(), twin], connected }), wanted: 'web', startAgent: 'Start it.' }),
  ).toThrow(
    expect.objectContaining({
      detail: expect.objectContaining({ code: 'ambiguous-guest', hint: 'Use an id: own-id, twin.' }),
    }),
  );
});

it.each([
  ['192.168.122.1', /^On this host: trimtab enroll GUEST, and in the guest, as root, the line that it prints$/],
  ['0.0.0.0', /^On this host: trimtab enroll GUEST/],
  [
    '127.0.0.1',
    /^The collector listens on 127\.0\.0\.1:7461, which only programs of this host .* reach.* --listen 192\.168\.122\.1:7461; then, on this host: trimtab enroll GUEST/,
  ],
])('how an agent gets to a collector that listens on %s', (host, told) => {
  expect(tellStartAgent([{ host, port: 7461 }])).toMatch(told);
});

const PROCESSES: SourceState = { source: 'qemu-process', used: true, sentence: '1 guest', answeredAt: 0 };
const PROVEN: readonly Identity[] = [
  { kind: 'product-uuid', value: UUID },
  { kind: 'domain', value: UUID },
];
const OFF = {
  ...domainOf({ uuid: UUID, name: 'web' }),
  source: 'libvirt',
  libvirtUri: 'qemu:///system',
  isRunning: false,
} as const;

it.each<[string, Known, string]>([
  ['connected', { records: [aRecord()], connected: [aConnected()] }, 'connected'],
  ['away, and its domain runs', { records: [aRecord()], domains: [domainOf({ uuid: UUID, name: 'web' })] }, 'away'],
  [
    'away, and nobody says whether its domain runs',
    { records: [aRecord()], domains: [{ ...OFF, isRunning: null }] },
    'away',
  ],
  ['off by what libvirt says', { records: [aRecord()], domains: [OFF] }, 'off'],
  [
    'off, though its connection has not ended yet',
    { records: [aRecord()], connected: [aConnected()], domains: [OFF] },
    'off',
  ],
  [
    'connected, though its definition here is shut off: it was heard since, from the host that it was moved to',
    { records: [aRecord()], connected: [aConnected({ lastHeardAt: OFF_SINCE + 1 })], domains: [OFF] },
    'connected',
  ],
  ['off, and no agent has ever connected', { domains: [OFF] }, 'off'],
  ['without an agent', { domains: [domainOf({ uuid: UUID, name: 'web' })] }, 'no-agent'],
  [
    'off, since it was a QEMU of this host and none is there',
    { records: [aRecord({ identities: PROVEN })], sources: [PROCESSES] },
    'off',
  ],
  [
    'away, since libvirt no longer has it: its definition may have moved with it',
    { records: [aRecord({ identities: PROVEN })], sources: [PROCESSES, { ...PROCESSES, source: 'libvirt' }] },
    'away',
  ],
  ['away, since the processes of this host are not known', { records: [aRecord({ identities: PROVEN })] }, 'away'],
  ['away, since it was never proven to be of this host', { records: [aRecord()], sources: [PROCESSES] }, 'away'],
])('the state of a guest: %s', (_, known, state) => {
  expect(know(known).map((guest) => guest.state)).toEqual([state]);
});

it.each<[string, Known, RegExp]>([
  ['of libvirt', { records: [aRecord()], domains: [OFF] }, /\. Start it: virsh start web$/],
  [
    'not while its connection is open',
    { records: [aRecord()], connected: [aConnected()], domains: [OFF] },
    /^Its connection is still open(?!.*[Ss]tart)/,
  ],
  ['of Proxmox VE', { domains: [{ ...OFF, key: 'proxmox:101', source: 'proxmox' }] }, /\. Start it: qm start 101$/],
  ['of nobody', { records: [aRecord({ identities: PROVEN })], sources: [PROCESSES] }, /\. Start it first\.$/],
])('a guest that is off is refused with how it is started: %s', (_, known, hint) => {
  const detail = expect.objectContaining({ code: 'guest-off', subject: 'web', hint: expect.stringMatching(hint) });
  expect(() => findAgent({ guests: know(known), wanted: 'web', startAgent: 'Start it.' })).toThrow(
    expect.objectContaining({ detail }),
  );
});
