import { chmod, chown, copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { restoreKeys, saveKeys } from '../../../collector/src/compose/move-keys.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { openHostKeys } from '../../../collector/src/io/host-keys/open-host-keys.ts';
import type { GuestRecord } from '../../../collector/src/ports/store/guests.ts';
import { enrolmentOf } from '../../contract/enrolments-store.ts';
import { newKey } from '../../contract/guest-key-examples.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { openTestStore } from '../store/open-test-store.ts';

let folder: string;
let file: string;
let pin: string;
let heardAt: number | undefined;

const placeOf = (name: string) => ({ stateDirectory: join(folder, name), database: null });
const openKeys = (name: string) =>
  openHostKeys({ ...placeOf(name), tlsCertificate: null, tlsKey: null, clock, log: { warn() {} } });
const pinsOf = async (name: string) => (await openKeys(name)).all().map((key) => key.pin);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    ({ detail }) => detail.code,
  );

/** A collector with three guests: two have joined, of which one was revoked. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-keys-'));
  file = join(folder, 'keys.json');
  const store = await openTestStore(join(folder, 'old'));
  await store.addEnrolment(enrolmentOf({ n: 1, mostUses: 2 }));
  for (const [n, namedBy] of [
    [1, 'person'],
    [2, 'guest'],
    [3, 'guest'],
  ] as const) {
    const { id } = await store.recognise(shownGuest({ machine: n, name: `web-${n}`, namedBy }));
    if (n < 3) await store.join({ key: newKey({ n, guest: id }), enrolment: 'key of token-1', nowMs: 5 });
    if (n === 2) await store.revoke({ guest: id, by: { kind: 'token', name: 'ci' }, nowMs: 6 });
  }
  [{ lastSeenAt: heardAt }] = (await store.guests()) as [GuestRecord];
  await store.learned({ key: 'key-1', pins: ['pin'] });
  pin = (await pinsOf('old'))[0] ?? '';
  // While the collector has it open.
  expect(await saveKeys({ place: placeOf('old'), path: file })).toEqual({ hostKeys: 1, guests: 2 });
  await store.close();
});
afterEach(() => rm(folder, { recursive: true }));

it('what was saved is for its owner alone, and has no secret of a guest', async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    form: 'trimtab keys 1',
    guests: [{ name: 'web-1' }, {}],
  });
});

it('who has laid a file ready where the keys are written first reads none of them', async () => {
  await using laid = await open(`${file}.tmp`, 'w+', 0o666);
  await saveKeys({ place: placeOf('old'), path: file });
  expect(await laid.readFile('utf8')).toBe('');
  expect((await stat(file)).ino).not.toBe((await laid.stat()).ino);
});

it('a host that has lost all is known again by its guests, and knows them', async () => {
  await mkdir(join(folder, 'new'));
  expect(await restoreKeys({ place: placeOf('new'), path: file })).toEqual({ hostKeys: 1, guests: 2 });
  expect(await pinsOf('new')).toEqual([pin]);
  const store = await openTestStore(join(folder, 'new'));
  const [one, two] = await store.guests();
  expect([one?.name, two?.name]).toEqual(['web-1', 'web-2']);
  // When it was heard, and not when it was restored.
  expect(one?.lastSeenAt).toBe(heardAt);
  expect(await store.keys()).toMatchObject([
    {
      key: 'key-1',
      guest: one?.id,
      state: 'active',
      learnedPins: ['pin'],
      joinedBy: { kind: 'enrolment', id: 'token-1' },
    },
    { key: 'key-2', guest: two?.id, state: 'revoked', revokedBy: { kind: 'token', name: 'ci' }, revokedAt: 6 },
  ]);
  // The name that a person gave is still that.
  await store.recognise(shownGuest({ machine: 1, name: 'localhost' }));
  expect((await store.guests()).map(({ name }) => name)).toContain('web-1');
  expect(await store.deeds(1)).toMatchObject([{ kind: 'restore-keys', subject: file }]);
  await store.close();
});

it('one that lost its keys alone keeps its guests, and nothing is there twice', async () => {
  await writeFile(join(folder, 'old', 'host-keys.json'), 'torn');
  expect(await codeOf(openKeys('old'))).toBe('host-keys-damaged');
  expect(await restoreKeys({ place: placeOf('old'), path: file })).toEqual({ hostKeys: 1, guests: 0 });
  expect(await pinsOf('old')).toEqual([pin]);
  const store = await openTestStore(join(folder, 'old'));
  expect([(await store.guests()).length, (await store.keys()).length]).toEqual([3, 2]);
  await store.close();
});

it('while a collector runs nothing is restored', async () => {
  const store = await openTestStore(join(folder, 'old'));
  expect(await codeOf(restoreKeys({ place: placeOf('old'), path: file }))).toBe('store-busy');
  await store.close();
});

it.each([
  ['cut', (text: string) => text.slice(0, 300)],
  ['of another kind', () => '{"form": "trimtab keys 2"}'],
  ['without keys of the collector', (text: string) => text.replace('"keys": [', '"other": [')],
  ['that is none', () => 'guest,key'],
])('a file %s is refused, and what it says stays unsaid', async (_title, change) => {
  const text = await readFile(file, 'utf8');
  await copyFile(file, `${file}.other`);
  await writeFile(`${file}.other`, change(text));
  await mkdir(join(folder, 'new'));
  const error = await restoreKeys({ place: placeOf('new'), path: `${file}.other` }).catch(({ detail }) => detail);
  expect(error).toMatchObject({ code: 'bad-saved-keys' });
  expect(JSON.stringify(error)).not.toContain('PRIVATE KEY');
});

it.each([
  ['that others may write', () => chmod(file, 0o606), 'others may write it'],
  ['that its group may write', () => chmod(file, 0o660), 'others may write it'],
  ['of another user', () => chown(file, 12_345, 0), 'it belongs to another user (12345)'],
])('a file %s is refused, and nothing is changed', async (_title, change, cause) => {
  await change();
  await mkdir(join(folder, 'new'));
  const error = await restoreKeys({ place: placeOf('new'), path: file }).catch(({ detail }) => detail);
  expect(error).toMatchObject({
    code: 'bad-saved-keys',
    subject: file,
    cause,
    hint: expect.stringContaining('chmod 600'),
  });
  expect(await readdir(join(folder, 'new'))).toEqual([]);
});

it('where there is nothing to save, and where nothing can be written, it says so', async () => {
  expect(await codeOf(saveKeys({ place: placeOf('none'), path: file }))).toBe('no-keys');
  expect(await codeOf(saveKeys({ place: placeOf('old'), path: join(folder, 'none', 'file') }))).toBe('keys-not-saved');
});
