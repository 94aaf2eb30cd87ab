import { addressSchema, instantSchema, key32Schema, MOST_PINS, NAME_LIMIT } from '@trimtab/protocol';
import { fromBase64Url } from '@trimtab/protocol/joining';
import { Fault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import type { JoinedCollector } from '../model/joined.ts';
import type { Folder } from '../ports/folder.ts';

export const JOINED_FILE = 'joined.json';

/** The last letter of 43 has two bits too many: they are none, or it is no key. */
const seedSchema = v.pipe(
  key32Schema,
  v.check((text) => fromBase64Url(text) !== null),
);

const collectorSchema = v.object({
  seed: seedSchema,
  renewedSeed: v.nullable(seedSchema),
  pins: v.pipe(v.array(key32Schema), v.minLength(1), v.maxLength(MOST_PINS)),
  addresses: v.pipe(v.array(addressSchema), v.minLength(1)),
  name: v.nullable(v.pipe(v.string(), v.maxLength(NAME_LIMIT))),
  joinedAt: v.nullable(instantSchema),
  tokenSeed: v.optional(v.nullable(seedSchema), null),
});

const fileSchema = v.object({ version: v.literal(1), collectors: v.array(collectorSchema) });

/**
 * None where nothing was joined. Throws a Fault `joined-unreadable` on a file that is not what was written, and
 * `joined-exposed` on one that others may have written: they would choose whom this guest obeys.
 */
export async function readJoined({
  folder,
  path,
}: {
  folder: Folder;
  /** Of the file, for whoever reads the fault. */
  path: string;
}): Promise<readonly JoinedCollector[]> {
  const file = await folder.readOwn(JOINED_FILE);
  if (file === null) return [];
  if (file.foreign !== null)
    throw new Fault({
      code: 'joined-exposed',
      operation: 'read what this guest has joined',
      subject: path,
      cause: file.foreign,
      hint: `If nobody can have changed it: chown root ${path} && chmod 600 ${path}. Else ${JOIN_ANEW}`,
    });
  try {
    return v.parse(fileSchema, JSON.parse(file.content)).collectors;
  } catch {
    throw new Fault({
      code: 'joined-unreadable',
      operation: 'read what this guest has joined',
      subject: path,
      // No word of the content: it holds a private key.
      cause: 'it is not as this agent wrote it',
      hint: `Put a backup of it there, or ${JOIN_ANEW}`,
    });
  }
}

const JOIN_ANEW = 'join anew: on the host run trimtab enroll GUEST, and here trimtab-agent join --again TOKEN.';

/** Resolves once it would outlive a crash. The file is for its owner alone. */
export async function writeJoined({
  folder,
  collectors,
}: {
  folder: Folder;
  collectors: readonly JoinedCollector[];
}): Promise<void> {
  await folder.write({ name: JOINED_FILE, content: `${JSON.stringify({ version: 1, collectors }, null, 2)}\n` });
}
