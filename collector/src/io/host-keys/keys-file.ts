import { chmod, readFile, stat } from 'node:fs/promises';
import { diskHint, Fault, toCause } from '@trimtab/protocol/shared';
import { tellForeignHere } from '../who-may-write.ts';
import { writeDurably } from '../write-durably.ts';
import { type KeptKey, readKeptKeys, toSaved } from './kept-keys.ts';

/**
 * The keys that were made here, in one file: a key without its certificate cannot be. Null where there is none yet.
 * Throws Faults `host-keys-damaged` and `host-keys-exposed`: one that was drawn anew in silence would keep every guest
 * out that has joined.
 */
export async function readKeysFile(path: string): Promise<readonly KeptKey[] | null> {
  const keys = await inspectKeysFile(path);
  if (keys !== null) await closeToOthers(path);
  return keys;
}

/** The same of a file that is let be as it is. */
export async function inspectKeysFile(path: string): Promise<readonly KeptKey[] | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  const foreign = tellForeignHere(await stat(path));
  if (foreign !== null) throw exposed({ path, cause: foreign });
  try {
    return readKeptKeys(parseJson(text));
  } catch (error) {
    throw damaged({ path, cause: toCause(error) });
  }
}

export async function writeKeysFile(path: string, keys: readonly KeptKey[]): Promise<void> {
  try {
    await writeDurably({ path, text: `${JSON.stringify(toSaved(keys), null, 2)}\n` });
  } catch (error) {
    throw new Fault({
      code: 'host-keys-not-kept',
      operation: 'keep the key of this collector',
      subject: path,
      cause: toCause(error),
      hint: diskHint({
        error,
        otherwise: 'Make the folder writable for the collector or choose another --state-directory.',
      }),
    });
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw damaged({ path, cause: toCause(error) });
  }
}

/** One that others could read is a secret no longer. */
async function closeToOthers(path: string): Promise<void> {
  if (((await stat(path)).mode & 0o077) === 0) return;
  // Read by others, perhaps; but to refuse would keep every guest out for what a copy with a wide umask does.
  await chmod(path, 0o600).catch((error) => {
    throw exposed({ path, cause: `others may read it, and that cannot be changed: ${toCause(error)}` });
  });
}

/** The message of JSON.parse has the text in it, which here is a private key. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(text.trim() === '' ? 'it is empty' : 'it is not JSON');
  }
}

interface Wrong {
  readonly path: string;
  readonly cause: string;
}

function damaged({ path, cause }: Wrong): Fault {
  return new Fault({
    code: 'host-keys-damaged',
    operation: 'read the keys of this collector',
    subject: path,
    cause,
    hint: `Put it back: trimtab keys restore FILE, or from a backup. Without one: rm ${path}, and each guest has to join anew (trimtab enroll).`,
  });
}

function exposed({ path, cause }: Wrong): Fault {
  return new Fault({
    code: 'host-keys-exposed',
    operation: 'read the keys of this collector',
    subject: path,
    cause,
    hint: `If nobody can have used it: chown root ${path} && chmod 600 ${path}. Else rm ${path}, and have the guests join anew.`,
  });
}
