import { expect, it } from 'vitest';
import { createGuestsDesk } from '../../../../collector/src/conduct/desk/guests-desk.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { HELD, KEY, REVOKED } from '../joined-examples.ts';
import { aConnected, aRecord, createKnownHost } from '../known-host.ts';

type Host = NonNullable<Parameters<typeof createKnownHost>[0]>;

async function list(host: Host) {
  const known = createKnownHost(host);
  const { guests, held, findings } = await createGuestsDesk({ ...known, enrolment: { findings: () => [] } }).guests({
    inventories: false,
  });
  const web = guests.find(({ name }) => name === 'web');
  return { proof: web?.proof, isRevoked: web?.isRevoked, held, findings };
}

it.each<[string, Host, object]>([
  ['that is here by its word', { connected: [aConnected({ proof: 'word' })] }, { proof: 'word', isRevoked: false }],
  ['that is here by a key', { connected: [aConnected({ proof: 'key' })], keys: [KEY] }, { proof: 'key' }],
  ['that is here by its channel', { connected: [aConnected({ proof: 'channel' })] }, { proof: 'channel' }],
  // A key it has as well, for when it has a network.
  ['by its channel, with a key', { connected: [aConnected({ proof: 'channel' })], keys: [KEY] }, { proof: 'channel' }],
  ['that is away and has a key', { connected: [], keys: [KEY] }, { proof: 'key', isRevoked: false }],
  ['that is away and has none', { connected: [] }, { proof: 'word', isRevoked: false }],
  ['whose key was revoked', { connected: [], keys: [REVOKED] }, { proof: 'word', isRevoked: true }],
  ['that has joined anew', { connected: [], keys: [REVOKED, { ...KEY, key: 'key-2' }] }, { isRevoked: false }],
  ['in which no agent ever was', { connected: [], records: [aRecord({ agentVersion: null })] }, { proof: null }],
  ['beside one with a key', { connected: [], keys: [{ ...KEY, guest: 'another' as GuestId }] }, { proof: 'word' }],
])('a guest %s says so', async (_title, host, expected) => {
  expect(await list(host)).toMatchObject(expected);
});

it('who is held is told with the guest whose key it shows, the reason, and the one command', async () => {
  const { held, findings } = await list({ keys: [KEY], held: [HELD] });
  expect(held).toMatchObject([{ id: '3f2a91c0', keyOf: 'web', address: '192.0.2.7' }]);
  expect(findings).toContainEqual({
    subject: 'web (held)',
    sentence: 'it shows the key of web, and says another product UUID',
    hint: 'If it is a guest of its own: trimtab guests approve 3f2a91c0. Else: trimtab guests dismiss 3f2a91c0',
  });
});

it('who says what a guest says that has joined, and shows a new key, is mostly that one: what joins it is told too', async () => {
  const unknown = {
    ...HELD,
    key: 'key-9',
    reason: 'what it says of itself is what web says, which has joined already',
  };
  const hintOf = async (host: Host) =>
    (await list(host)).findings.find(({ subject }) => subject === 'web (held)')?.hint ?? '';
  const joins = expect.stringContaining('trimtab enroll web,');
  expect(await hintOf({ keys: [KEY], held: [{ ...unknown, productUuid: 'uuid-1' }] })).toEqual(joins);
  expect(await hintOf({ keys: [KEY], held: [{ ...unknown, machineId: 'machine-1' }] })).toEqual(joins);
  expect(await hintOf({ keys: [KEY], held: [{ ...unknown, productUuid: 'uuid-2' }] })).not.toContain('enroll');
});

it('those who were dismissed are asked of no more, and one line names them with the command that lets them in', async () => {
  const dismissed = [1, 2, 3, 4].map((n) => ({ ...HELD, id: `id-${n}`, isDismissed: true }));
  const { held, findings } = await list({ keys: [KEY], held: dismissed });
  expect(held).toEqual([]);
  expect(findings).toContainEqual({
    subject: 'dismissed',
    sentence: 'web (id-1), web (id-2), web (id-3), and 1 more: kept out by the word of a person',
    hint: 'If that was wrong: trimtab guests approve id-1',
  });
  expect(findings.filter(({ subject }) => subject === 'web (held)')).toEqual([]);
});

it('one that is approved waits for nobody', async () => {
  const { held, findings } = await list({ keys: [KEY], held: [{ ...HELD, approvedBy: { kind: 'socket' } }] });
  expect(held).toHaveLength(1);
  expect(findings.filter(({ subject }) => subject === 'web (held)')).toEqual([]);
});
