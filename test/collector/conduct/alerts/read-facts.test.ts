import { expect, it } from 'vitest';
import { SLACK_EVERY_MS } from '../../../../collector/src/conduct/alerts/guest-slack.ts';
import { createReadFacts, HELD_STAYS_MS } from '../../../../collector/src/conduct/alerts/read-facts.ts';
import type { HeldGuest } from '../../../../collector/src/ports/store/guest-keys.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aForecast, aPool } from '../../alert/alert-facts.ts';
import { GIB } from '../../correlate/examples.ts';
import { HELD, KEY, REVOKED } from '../joined-examples.ts';
import { aRecord, createKnownHost, IDLE, WEB_DOMAIN } from '../known-host.ts';

type Given = Parameters<typeof createKnownHost>[0];

function open(given: Given = {}, overrides: Partial<Parameters<typeof createReadFacts>[0]> = {}) {
  const host = createKnownHost(given);
  const unread: string[] = [];
  const readFacts = createReadFacts({
    ...host,
    settings: { alertTrims: 2 },
    foresight: { poolForecasts: async () => [] },
    readPools: async () => [aPool()],
    onUnread: ({ what }) => void unread.push(what),
    ...overrides,
  });
  return { host, unread, readFacts };
}

it('knows the pools, and each guest that a source of this host has and that an agent was ever in', async () => {
  const { facts } = await open().readFacts();
  expect(facts.pools).toEqual([aPool()]);
  expect(facts.guests?.map(({ name, isAway }) => [name, isAway])).toEqual([['web', false]]);
});

it('knows the forecast of each pool that has one', async () => {
  const forecast = aForecast();
  const foresight = { poolForecasts: async () => [{ pool: '/srv', forecast }] };
  const { facts } = await open({}, { foresight }).readFacts();
  expect([...facts.forecasts]).toEqual([['/srv', forecast]]);
});

it('counts as slack what the image surely holds above the use that was told, and reads it once an hour', async () => {
  const { host, readFacts } = open();
  const [guest] = (await readFacts()).facts.guests ?? [];
  // 3 of 4 GiB are allocated and 1 is used; at least: all but what the filesystem calls free.
  const { slack } = guest ?? {};
  expect(slack?.allocationBytes).toBe(3 * GIB);
  expect(slack?.leastBytes).toBeGreaterThan(1.5 * GIB);
  expect(slack?.leastBytes).toBeLessThanOrEqual(2 * GIB);
  expect(host.sent).toEqual([]);
  host.clock.advance(SLACK_EVERY_MS);
  expect((await readFacts()).facts.guests?.[0]?.slack).toEqual(slack);
});

it('a guest that is off has the slack that it had', async () => {
  let domain = { ...WEB_DOMAIN, isRunning: true };
  const host = createKnownHost();
  const { survey } = createKnownHost({ domains: [{ ...WEB_DOMAIN, isRunning: false }] });
  const { readFacts } = open(
    {},
    {
      ...host,
      survey: {
        read: () => (domain.isRunning ? host.survey : survey).read(),
        readAll: () => (domain.isRunning ? host.survey : survey).readAll(),
        pathsIn: host.survey.pathsIn,
      },
      links: { guests: () => (domain.isRunning ? host.links.guests() : []) },
    },
  );
  const before = (await readFacts()).facts.guests?.[0]?.slack;
  expect(before).not.toBeNull();
  domain = { ...domain, isRunning: false };
  host.clock.advance(SLACK_EVERY_MS);
  expect((await readFacts()).facts.guests).toMatchObject([{ name: 'web', slack: before }]);
});

it.each([
  ['runs', { ...WEB_DOMAIN, isRunning: true }, true],
  ['is off', { ...WEB_DOMAIN, isRunning: false }, false],
  ['may be off', { ...WEB_DOMAIN, isRunning: null }, false],
])('a guest that %s and is not connected is away, or not', async (_, domain, isAway) => {
  const { facts } = await open({ connected: [], domains: [domain] }).readFacts();
  expect(facts.guests).toMatchObject([{ name: 'web', isAway, lastHeardAt: 0, slack: null }]);
});

it.each([
  ['whose key a person has revoked', [REVOKED], false],
  ['that has joined anew since', [REVOKED, { ...KEY, key: 'key-2' }], true],
  ['beside one that was revoked', [{ ...REVOKED, guest: IDLE }], true],
])('a guest that runs, is not connected, and %s is away, or not', async (_, keys, isAway) => {
  const { facts } = await open({ connected: [], keys }).readFacts();
  expect(facts.guests).toMatchObject([{ name: 'web', isAway }]);
});

it('a guest is held while a person is to decide, and while it still comes', async () => {
  const waiting: HeldGuest = { ...HELD, lastAt: createTestClock().now() };
  const { host, readFacts } = open({
    held: [
      waiting,
      { ...waiting, hostname: 'dismissed', isDismissed: true },
      { ...waiting, hostname: 'approved', approvedBy: { kind: 'socket' } },
    ],
  });
  expect((await readFacts()).facts.held?.map(({ hostname }) => hostname)).toEqual(['web']);
  host.clock.advance(HELD_STAYS_MS);
  expect((await readFacts()).facts.held).toHaveLength(1);
  host.clock.advance(1);
  expect((await readFacts()).facts.held).toEqual([]);
});

it('of a guest that no source tells of now it says nothing, and that is not gone; one that was forgotten is', async () => {
  const { facts, isGone } = await open({ connected: [], domains: [] }).readFacts();
  expect(facts.guests).toEqual([]);
  expect(isGone({ rule: 'guest-away', subject: 'web' })).toBe(false);
  expect(isGone({ rule: 'guest-away', subject: 'forgotten' })).toBe(true);
  expect(isGone({ rule: 'pool-full', subject: '/gone' })).toBe(false);
});

it('what cannot be read is told, is null, and keeps nothing else from being read', async () => {
  const fail = async () => {
    throw new Error('no');
  };
  const noPools = open({}, { readPools: fail, foresight: { poolForecasts: fail } });
  const { facts } = await noPools.readFacts();
  expect(noPools.unread).toEqual(['the pools', 'the forecasts']);
  expect(facts).toMatchObject({ pools: null, guests: [{ name: 'web' }] });
  const host = createKnownHost({ records: [aRecord()] });
  const noGuests = open({}, { store: { ...host.store, guests: fail, held: fail } });
  const read = await noGuests.readFacts();
  expect(read.facts).toMatchObject({ pools: [aPool()], guests: null, held: null });
  expect(read.isGone({ rule: 'slack', subject: 'web' })).toBe(false);
});
