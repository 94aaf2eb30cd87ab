import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createKeepNames, NAMES_PATIENCE_MS } from '../../../../collector/src/conduct/survey/keep-names.ts';
import { readKnownGuests } from '../../../../collector/src/conduct/survey/known-guests.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { shownGuest } from '../../../contract/guests-store.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aDomain, anIdentity, UUID } from '../../correlate/examples.ts';
import { openTestStore } from '../../store/open-test-store.ts';
import { aConnected } from '../known-host.ts';

// A domain that is renamed (virsh domrename, qm set --name) while its agent does not say hello.

let folder: string;
let store: Store;
const clock = createTestClock();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-renamed-'));
  store = await openTestStore(folder);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** As its agent said hello, when its domain was called so. */
const sayHello = (name: string) =>
  store.recognise(
    shownGuest({
      machine: 1,
      identities: [
        { kind: 'product-uuid', value: UUID },
        { kind: 'domain', value: UUID },
      ],
      name,
      namedBy: 'hypervisor',
    }),
  );

/** Reads the host, and then lists its guests. */
function aCollector({ connected = [], from = store }: { connected?: readonly ConnectedGuest[]; from?: Reading } = {}) {
  const renamed: string[] = [];
  const errors: unknown[] = [];
  let asked = 0;
  const keepNames = createKeepNames({
    clock,
    links: { guests: () => connected, rename: ({ id, name }) => void renamed.push(`${id} ${name}`) },
    store: {
      guests() {
        asked += 1;
        return store.guests();
      },
      rename: from.rename,
    },
    log: { info() {}, warn() {}, error: (fields) => errors.push(fields) },
  });
  async function list(...domains: readonly Domain[]): Promise<readonly string[]> {
    const known = await readKnownGuests({
      links: { guests: () => connected },
      store,
      survey: {
        async read() {
          const host = { takenAt: 0, domains, findings: [], sources: [], offSince: new Map() };
          await keepNames(host);
          return host;
        },
      },
    });
    return known.map(({ name }) => name).sort();
  }
  return { list, renamed, errors, asked: () => asked };
}
type Reading = Pick<Store, 'rename'>;

it('has its new name at the next reading of the host, also in the history', async () => {
  const { id } = await sayHello('old');
  const { list } = aCollector();
  expect(await list(aDomain({ name: 'old' }))).toEqual(['old']);
  expect(await list(aDomain({ name: 'new', isRunning: false }))).toEqual(['new']);
  expect((await store.guests()).map((guest) => [guest.id, guest.name])).toEqual([[id, 'new']]);
});

it('has it on its connection, too', async () => {
  const { id } = await sayHello('old');
  const guest = aConnected({ id, name: 'old', identity: anIdentity() });
  const { list, renamed } = aCollector({ connected: [guest] });
  expect(await list(aDomain({ name: 'new' }))).toEqual(['new']);
  expect(renamed).toEqual([`${id} new`]);
});

it('takes it from a guest that only calls itself so', async () => {
  await sayHello('old');
  const other = await store.recognise(shownGuest({ machine: 2, name: 'new' }));
  const { list, renamed } = aCollector();
  expect(await list(aDomain({ name: 'new' }))).toEqual(['new', 'new~2']);
  expect(renamed).toContain(`${other.id} new~2`);
});

it('is not that of a guest that was never proven to be it', async () => {
  await store.recognise(shownGuest({ machine: 1, identities: [{ kind: 'product-uuid', value: UUID }], name: 'own' }));
  expect(await aCollector().list(aDomain({ name: 'new' }))).toEqual(['own']);
});

it('of two that have one name now, the one that came first has it, and the other a suffix', async () => {
  await sayHello('one');
  const twin = '99999999-9999-4999-8999-999999999999';
  const identities = [{ kind: 'domain', value: twin }] as const;
  await store.recognise(shownGuest({ machine: 2, identities, name: 'other', namedBy: 'hypervisor' }));
  const domains = [
    aDomain({ name: 'same' }),
    aDomain({ key: 'proxmox:2', name: 'same', uuid: twin, guestUuid: twin, pid: 2 }),
  ];
  expect(await aCollector().list(...domains)).toEqual(['same', 'same~2']);
  expect(await aCollector().list(...domains)).toEqual(['same', 'same~2']);
});

it('keeps nobody from a list where the store cannot be written, and is tried again', async () => {
  await sayHello('old');
  let isFull = true;
  const rename: Store['rename'] = (domain) =>
    isFull ? Promise.reject(new Error('the disk is full')) : store.rename(domain);
  const { list, errors } = aCollector({ from: { rename } });
  expect(await list(aDomain({ name: 'new' }))).toEqual(['old']);
  expect(errors).toEqual([{ reason: 'the disk is full' }]);
  isFull = false;
  expect(await list(aDomain({ name: 'new' }))).toEqual(['new']);
});

it('keeps nobody from a list where the store is stuck: it has the names of before, at once from then on', async () => {
  await sayHello('old');
  const stuck = Promise.withResolvers<void>();
  const rename: Store['rename'] = (domain) => stuck.promise.then(() => store.rename(domain));
  const { list } = aCollector({ from: { rename } });
  const first = list(aDomain({ name: 'new' }));
  await expect.poll(clock.armed).toBe(1);
  clock.advance(NAMES_PATIENCE_MS);
  expect(await first).toEqual(['old']);
  expect(await list(aDomain({ name: 'newer' }))).toEqual(['old']);
  stuck.resolve();
  await expect.poll(() => list(aDomain({ name: 'newer' }))).toEqual(['newer']);
});

it('is looked for only where some domain is called otherwise than before', async () => {
  await sayHello('old');
  const { list, asked } = aCollector();
  for (let times = 0; times < 3; times += 1) await list(aDomain({ name: 'old' }));
  expect(asked()).toBe(1);
  await list(aDomain({ name: 'new' }));
  expect(asked()).toBe(2);
});
