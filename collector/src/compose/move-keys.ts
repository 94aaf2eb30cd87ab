import { Fault, toCause } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import { clock } from '../io/clock.ts';
import { findHostId } from '../io/host-id.ts';
import { readKeptKeys, toSaved } from '../io/host-keys/kept-keys.ts';
import { readKeysFile, writeKeysFile } from '../io/host-keys/keys-file.ts';
import { toHostKeysPath } from '../io/host-keys/open-host-keys.ts';
import { readTextFile } from '../io/read-text-file.ts';
import { findForeign } from '../io/who-may-write.ts';
import { writeDurably } from '../io/write-durably.ts';
import type { AskedBy } from '../model/asked-by.ts';
import { IDENTITY_KINDS } from '../model/identity.ts';
import type { Store } from '../ports/store/store.ts';
import { createStore } from '../store/create-store.ts';
import { readSavedGuests, type SavedGuest } from '../store/move/saved-guests.ts';
import { openSnapshot } from './move-history.ts';
import { type DatabasePlace, openDatabase, toHostIdPath } from './open-database.ts';

export interface MovedKeys {
  /** Keys by which guests know this collector. */
  readonly hostKeys: number;
  /** Guests whose public keys are in the file, or were not known yet. */
  readonly guests: number;
}

export interface KeysAsked {
  readonly place: DatabasePlace;
  readonly path: string;
}

const FORM = 'trimtab keys 1';

const askedBySchema = v.custom<AskedBy>((value) => typeof value === 'object' && value !== null && 'kind' in value);

const guestSchema = v.object({
  name: v.string(),
  identities: v.array(v.object({ kind: v.picklist(IDENTITY_KINDS), value: v.string() })),
  agentVersion: v.nullable(v.string()),
  lastSeenAt: v.number(),
  namedBy: v.picklist(['person', 'hypervisor', 'guest']),
  keys: v.array(
    v.object({
      key: v.string(),
      productUuid: v.nullable(v.string()),
      machineId: v.nullable(v.string()),
      state: v.picklist(['active', 'revoked']),
      joinedAt: v.number(),
      joinedBy: askedBySchema,
      revokedBy: v.nullable(askedBySchema),
      revokedAt: v.nullable(v.number()),
      learnedPins: v.array(v.string()),
    }),
  ),
});

const fileSchema = v.object({ form: v.literal(FORM), host: v.unknown(), guests: v.array(guestSchema) });

/**
 * Writes what nobody can make anew to a file of its owner alone: the private keys of this collector, and the public keys
 * of the guests. A collector that runs goes on. Throws Faults.
 */
export async function saveKeys({ place, path }: KeysAsked): Promise<MovedKeys> {
  const kept = await readKeysFile(toHostKeysPath(place.stateDirectory));
  const hostId = await findHostId(toHostIdPath(place.stateDirectory));
  if (kept === null || hostId === null) throw nothingToSave(place);
  const { database, subject } = await openSnapshot(place);
  const guests = await readSavedGuests({ database, path: subject, hostId });
  const saved = { form: FORM, savedAt: new Date(clock.now()).toISOString(), hostId, host: toSaved(kept), guests };
  try {
    await writeDurably({ path, text: `${JSON.stringify(saved, null, 2)}\n` });
  } catch (error) {
    throw new Fault({
      code: 'keys-not-saved',
      operation: 'save the keys',
      subject: path,
      cause: toCause(error),
      hint: 'Name a file in a folder that you may write to.',
    });
  }
  return { hostKeys: kept.length, guests: guests.length };
}

/**
 * In the place of the keys of this collector, and beside the guests that it knows. No collector may run on them: it would
 * go on with the keys that it has. Throws Faults; then nothing is changed, or the same call makes it whole.
 */
export async function restoreKeys({ place, path }: KeysAsked): Promise<MovedKeys> {
  const { host, guests } = await readSaved(path);
  const log = { info() {}, warn() {} };
  const opened = await openDatabase(place, { log, isAlone: true });
  const store = await createStore({
    ...opened,
    historyBytes: Number.MAX_SAFE_INTEGER,
    kept: { samples: Number.MAX_SAFE_INTEGER, hours: Number.MAX_SAFE_INTEGER, days: Number.MAX_SAFE_INTEGER },
    log,
    pause: async () => {},
    newGuestId: () => crypto.randomUUID() as string as never,
  });
  try {
    let restored = 0;
    for (const guest of guests) restored += (await restoreGuest(store, guest)) ? 1 : 0;
    await writeKeysFile(toHostKeysPath(place.stateDirectory), host);
    const at = new Date(clock.now()).toISOString();
    await store.addDeed({ kind: 'restore-keys', at, askedBy: { kind: 'socket' }, subject: path, outcome: null });
    return { hostKeys: host.length, guests: restored };
  } finally {
    await store.close();
  }
}

/** Which it is, what leads to it decides: its keys first. */
async function restoreGuest(
  store: Store,
  { name, identities, agentVersion, lastSeenAt, namedBy, keys }: SavedGuest,
): Promise<boolean> {
  const own = keys.map(({ key: value }) => ({ kind: 'key', value }) as const);
  const others = identities.filter(({ kind }) => kind !== 'key');
  const { id } = await store.recognise({
    identities: [...own, ...others],
    name,
    namedBy,
    takenNames: new Set(),
    agentVersion,
    // Nothing of it is heard by this.
    seenAt: lastSeenAt,
    isHere: () => true,
  });
  let isNew = false;
  for (const key of keys) isNew = (await store.restoreKey({ ...key, guest: id })) || isNew;
  return isNew;
}

async function readSaved(path: string) {
  await refuseForeign(path);
  try {
    const { host, guests } = v.parse(fileSchema, parseJson(await readTextFile(path)));
    return { host: readKeptKeys(host), guests };
  } catch (error) {
    throw new Fault({
      code: 'bad-saved-keys',
      operation: 'restore the keys of this collector',
      subject: path,
      cause: error instanceof v.ValiError ? 'trimtab keys save did not write it' : toCause(error),
      hint: 'Name a file that `trimtab keys save` wrote, as it wrote it.',
    });
  }
}

/** Whoever can write it has this collector believe keys of his, and guests of his. */
async function refuseForeign(path: string): Promise<void> {
  const foreign = await findForeign(path);
  if (foreign === null) return;
  throw new Fault({
    code: 'bad-saved-keys',
    operation: 'restore the keys of this collector',
    subject: path,
    cause: foreign,
    hint: `If nobody can have changed it since it was saved: chown root ${path} && chmod 600 ${path}`,
  });
}

/** The message of JSON.parse has the text in it, which here is a private key. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
}

function nothingToSave({ stateDirectory }: DatabasePlace): Fault {
  return new Fault({
    code: 'no-keys',
    operation: 'save the keys',
    subject: stateDirectory,
    cause: 'no collector has made any there',
    hint: 'Name the --state-directory, and the --database, of the collector.',
  });
}
