import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuestIdentity } from '@trimtab/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  HOST_PATIENCE_MS,
  readHostFor,
  recogniseGuest,
  type ToRecognise,
} from '../../../../collector/src/conduct/survey/recognise-guest.ts';
import { swapUuid } from '../../../../collector/src/correlate/match-domain.ts';
import type { Domain, HostView } from '../../../../collector/src/model/domain.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { FROM_GUEST } from '../../../protocol/example-messages.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aDomain, anIdentity, UUID } from '../../correlate/examples.ts';
import { openTestStore } from '../../store/open-test-store.ts';

const OTHER_UUID = '99999999-9999-4999-8999-999999999999';

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-recognise-'));
  store = await openTestStore(folder);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const sayHello = (identity: Partial<GuestIdentity>, domains: readonly Domain[] = []) =>
  sayHelloWhile(identity, async () => ({ takenAt: 0, domains, findings: [], sources: [], offSince: new Map() }));

const clock = createTestClock();

const released: GuestId[] = [];

async function sayHelloWhile(
  identity: Partial<GuestIdentity>,
  read: () => Promise<HostView>,
  who: Partial<ToRecognise> = {},
) {
  const [hello] = FROM_GUEST;
  if (hello?.type !== 'hello') throw new Error('the first example is no hello');
  const deps = {
    clock,
    log: { info() {}, warn() {}, error() {} },
    survey: { read },
    store,
    links: { isConnected: () => false },
    release: (forgotten: readonly GuestId[]) => released.push(...forgotten),
  };
  const host = await readHostFor(deps);
  const guest = anIdentity(identity);
  return recogniseGuest({ ...deps, host }, { hello, guest, showing: { kind: 'word' }, called: null, ...who });
}

it('clones with one machine-id and a product UUID each are two guests', async () => {
  const [one, other] = [await sayHello({}), await sayHello({ productUuid: OTHER_UUID })];
  expect(other.id).not.toBe(one.id);
  expect([one.name, other.name]).toEqual(['web', 'web~2']);
  // Neither is taken for one that shows the machine-id alone.
  expect([one.id, other.id]).not.toContain((await sayHello({ productUuid: null })).id);
});

it('a guest bears the name of the domain that it was proven to be, else its hostname', async () => {
  const domains = [aDomain({ name: 'shop' })];
  expect((await sayHello({ hostname: 'localhost' }, domains)).name).toBe('shop');
  expect((await sayHello({ hostname: 'mail', productUuid: OTHER_UUID }, domains)).name).toBe('mail');
});

it('a guest that calls itself by the name of a domain does not get it', async () => {
  const domains = [aDomain({ name: 'shop' })];
  const stranger = await sayHello({ hostname: 'shop', productUuid: OTHER_UUID }, domains);
  expect(stranger.name).toBe('shop~2');
  expect(await sayHello({ hostname: 'localhost' }, domains)).toMatchObject({
    name: 'shop',
    renamed: [],
    forgotten: [],
  });
});

it('a product UUID in the other byte order is that of the same guest', async () => {
  const old = await sayHello({ productUuid: swapUuid(UUID) }, [aDomain()]);
  // Its machine type is a newer one now, which shows it straight.
  expect((await sayHello({ productUuid: UUID }, [aDomain()])).id).toBe(old.id);
  expect((await sayHello({ productUuid: swapUuid(UUID) })).id).toBe(old.id);
});

it('a domain that was given another hardware UUID is the same guest', async () => {
  const domain = aDomain({ guestUuid: UUID, uuid: OTHER_UUID });
  const before = await sayHello({}, [domain]);
  const changed = '77777777-7777-4777-8777-777777777777';
  expect((await sayHello({ productUuid: changed }, [{ ...domain, guestUuid: changed }])).id).toBe(before.id);
});

it('the host’s own agent bears its hostname, whatever the domain of its loop devices is called', async () => {
  const loop = aDomain({
    key: 'loop',
    name: 'web',
    source: 'loop-devices',
    uuid: null,
    guestUuid: null,
    bootId: anIdentity().bootId,
  });
  expect((await sayHello({}, [loop])).name).toBe('web');
});

it('a domain that a copy of it runs beside keeps its name', async () => {
  const domain = aDomain({ name: 'shop' });
  const before = await sayHello({}, [domain]);
  const copy = aDomain({ key: 'qemu:200', name: 'shop-copy', pid: 200 });
  expect(await sayHello({}, [domain, copy])).toEqual({ id: before.id, name: 'shop', renamed: [], forgotten: [] });
});

it('a host that does not answer, or cannot be read, keeps no guest out, and takes no name from one', async () => {
  const before = await sayHello({}, [aDomain({ name: 'shop' })]);
  const greeting = sayHelloWhile({}, () => new Promise(() => {}));
  clock.advance(HOST_PATIENCE_MS);
  expect(await greeting).toEqual({ id: before.id, name: 'shop', renamed: [], forgotten: [] });
  const broken = async () => Promise.reject(new Error('/proc cannot be read'));
  expect(await sayHelloWhile({}, broken)).toEqual({ id: before.id, name: 'shop', renamed: [], forgotten: [] });
  expect((await sayHelloWhile({ hostname: 'new', productUuid: OTHER_UUID }, broken)).name).toBe('new');
});

const hostOf =
  (...domains: readonly Domain[]) =>
  async (): Promise<HostView> => ({ takenAt: 0, domains, findings: [], sources: [], offSince: new Map() });
const KEY = 'K'.repeat(43);
const byKey = (saysMore: boolean): Partial<ToRecognise> => ({ showing: { kind: 'key', key: KEY, saysMore } });

it('a guest that joins is the one that it was before it had a key, and afterwards its key alone says who it is', async () => {
  const before = await sayHello({});
  const joined = await sayHelloWhile({}, hostOf(), byKey(true));
  expect(joined.id).toBe(before.id);
  const victim = await sayHello({ productUuid: OTHER_UUID });
  const later = await sayHelloWhile({ productUuid: OTHER_UUID }, hostOf(), byKey(false));
  expect(later.id).toBe(joined.id);
  // Nor does what it says now lead to it from then on.
  expect((await sayHello({ productUuid: OTHER_UUID })).id).toBe(victim.id);
});

it('a guest bears the name that its token was made for, and as the hypervisor’s once that is the same', async () => {
  expect((await sayHelloWhile({}, hostOf(), { ...byKey(true), called: 'shop' })).name).toBe('shop');
  expect((await sayHelloWhile({ hostname: 'other' }, hostOf(), byKey(false))).name).toBe('shop');
  expect((await sayHelloWhile({}, hostOf(aDomain({ name: 'till' })), byKey(false))).name).toBe('shop');
  const [domain, renamed] = [aDomain({ name: 'lamp' }), aDomain({ name: 'light' })];
  const other = { showing: { kind: 'key', key: 'L'.repeat(43), saysMore: true }, called: 'lamp' } as const;
  await sayHelloWhile({}, hostOf(domain), other);
  const later = { showing: { ...other.showing, saysMore: false } };
  expect((await sayHelloWhile({}, hostOf(renamed), later)).name).toBe('light');
});

it('over a channel a guest is the domain whose channel it is, whatever it says', async () => {
  const domain = aDomain({ name: 'shop' });
  const known = await sayHello({}, [domain]);
  const who = { showing: { kind: 'channel' }, domain } as const;
  const over = await sayHelloWhile({ productUuid: OTHER_UUID, hostname: 'liar' }, hostOf(domain), who);
  expect(over).toMatchObject({ id: known.id, name: 'shop' });
});
