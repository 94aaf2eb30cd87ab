import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTrimsDesk, type TrimsDeskDeps } from '../../../../collector/src/conduct/desk/trims-desk.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { shownGuest, uuidOf } from '../../../contract/guests-store.ts';
import { closedTrim, idOf } from '../../../contract/store.ts';
import { aDomain } from '../../correlate/examples.ts';
import { openTestStore } from '../../store/open-test-store.ts';

// The history of a guest, asked for as people do: over the real store.

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-history-'));
  store = await openTestStore(folder);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const WITHOUT_AGENT = aDomain({ name: 'without-agent', uuid: uuidOf(9), guestUuid: uuidOf(9) });

async function askHistory(guest: string | null, domains: readonly Domain[] = [WITHOUT_AGENT]) {
  const read = async () => ({ takenAt: 0, domains, findings: [], sources: [], offSince: new Map() });
  // What a history does not need is not there.
  const deps = { store, survey: { read }, links: { find: () => null, saying: () => [] } } as unknown as TrimsDeskDeps;
  return (await createTrimsDesk(deps).history({ guest, limit: 10, before: null })).trims;
}

it('a renamed guest shows its old trims under its new name, and the old name leads to nobody', async () => {
  const { id } = await store.recognise(shownGuest({ machine: 1, name: 'old' }));
  await store.closeTrim(closedTrim({ n: 1, guestId: id }));
  await store.recognise(shownGuest({ machine: 1, name: 'new' }));
  await store.closeTrim(closedTrim({ n: 2, guestId: id, startedAt: 2_000 }));
  const told = [
    { id: idOf(2), guest: 'new' },
    { id: idOf(1), guest: 'new' },
  ];
  expect(await askHistory('new')).toMatchObject(told);
  expect(await askHistory(uuidOf(1))).toMatchObject(told);
  expect(await askHistory(id)).toMatchObject(told);
  await expect(askHistory('old')).rejects.toMatchObject({ detail: { code: 'unknown-guest' } });
});

it('a guest that takes the name which another gave up has none of its trims', async () => {
  const first = await store.recognise(shownGuest({ machine: 1, name: 'web' }));
  await store.closeTrim(closedTrim({ n: 1, guestId: first.id }));
  await store.recognise(shownGuest({ machine: 1, name: 'shop' }));
  await store.recognise(shownGuest({ machine: 2, name: 'web' }));
  expect(await askHistory('web')).toEqual([]);
  expect(await askHistory('shop')).toMatchObject([{ id: idOf(1) }]);
  expect(await askHistory(null)).toMatchObject([{ id: idOf(1), guest: 'shop' }]);
});

it('a guest from which no agent has ever connected has no history, and is known', async () => {
  expect(await askHistory('without-agent')).toEqual([]);
});

it('a guest that was renamed while it was off (virsh domrename) has its trims under the new name at once', async () => {
  const identities = [
    { kind: 'product-uuid', value: uuidOf(1) },
    { kind: 'domain', value: uuidOf(1) },
  ] as const;
  const shown = { machine: 1, identities, namedBy: 'hypervisor' } as const;
  const { id } = await store.recognise(shownGuest({ ...shown, name: 'old' }));
  await store.closeTrim(closedTrim({ n: 1, guestId: id }));
  const renamed = aDomain({ name: 'new', uuid: uuidOf(1), guestUuid: uuidOf(1), isRunning: false });
  expect(await askHistory('new', [renamed])).toMatchObject([{ id: idOf(1) }]);
  // It is started, and says hello.
  await store.recognise(shownGuest({ ...shown, name: 'new' }));
  expect(await askHistory('new', [{ ...renamed, isRunning: true }])).toMatchObject([{ id: idOf(1), guest: 'new' }]);
});

it('a trim is found by how its id begins, and not where several begin so', async () => {
  const { id } = await store.recognise(shownGuest({ machine: 1 }));
  for (const n of [1, 2]) await store.closeTrim(closedTrim({ n, guestId: id }));
  const desk = createTrimsDesk({ store } as unknown as TrimsDeskDeps);
  expect(await desk.findTrim(idOf(2))).toMatchObject({ id: idOf(2), guest: 'web' });
  await expect(desk.findTrim(idOf(2).slice(0, 8))).rejects.toMatchObject({ detail: { code: 'ambiguous-trim' } });
  expect(await desk.findTrim('ffffffff')).toBeNull();
});
