import { readFile } from 'node:fs/promises';
import { diskHint, Fault, toCause } from '@trimtab/protocol/shared';
import type { HostId } from '../model/host-id.ts';
import { writeDurably } from './write-durably.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The id of this host, kept in the file `path`; at the first start it is drawn and written. Throws Faults
 * `host-id-damaged` and `host-id-not-kept`: an id that was drawn anew in silence would part this host from all that the
 * store knows of it.
 */
export async function keepHostId({ path, newId }: { readonly path: string; newId(): HostId }): Promise<HostId> {
  const there = await findHostId(path);
  if (there !== null) return there;
  const id = newId();
  await writeDurably({ path, text: `${id}\n` }).catch((error) => {
    throw notKept(path, error);
  });
  return id;
}

/** Null where there is none yet. Throws a Fault `host-id-damaged`. */
export async function findHostId(path: string): Promise<HostId | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  const id = text.trim();
  if (UUID.test(id)) return id as HostId;
  throw new Fault({
    code: 'host-id-damaged',
    operation: 'read the id of this host',
    subject: path,
    cause: `it does not hold a UUID, but ${JSON.stringify(text.slice(0, 60))}`,
    hint: `Put it back from a backup. Without one: rm ${path}, and the next start says which id the database has.`,
  });
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw isDenied(error) ? notRead(path, error) : notKept(path, error);
  }
}

const isDenied = (error: unknown) => ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');

function notRead(path: string, error: unknown): Fault {
  return new Fault({
    code: 'host-id-not-kept',
    operation: 'read the id of this host',
    subject: path,
    cause: toCause(error),
    hint: diskHint({ error, otherwise: 'Run it as the user of the collector, which is root as a rule.' }),
  });
}

function notKept(path: string, error: unknown): Fault {
  return new Fault({
    code: 'host-id-not-kept',
    operation: 'keep the id of this host',
    subject: path,
    cause: toCause(error),
    hint: diskHint({
      error,
      otherwise: 'Make the folder writable for the collector or choose another --state-directory.',
    }),
  });
}
