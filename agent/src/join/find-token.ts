import type { KernelFiles } from '../ports/kernel-files.ts';
import { readSmbiosCredential } from './smbios-credential.ts';

/** Of the credential by which a hypervisor or a unit hands a token over (systemd.exec(5)). */
export const CREDENTIAL = 'trimtab.join';

export const TOKEN_FILE = '/etc/trimtab/join-token';

/** A token is some 200 letters. */
export const TOKEN_FILE_BYTES = 4096;

export interface FoundToken {
  readonly text: string;
  /** For people. */
  readonly place: string;
  /** It is to be removed once it was used; null where it is not ours to remove. */
  readonly file: string | null;
}

/** A token that somebody has laid ready for this guest; null if nobody has. */
export async function findToken({
  files,
  credentialsDirectory,
}: {
  files: KernelFiles;
  /** `$CREDENTIALS_DIRECTORY`. */
  credentialsDirectory: string | null;
}): Promise<FoundToken | null> {
  if (credentialsDirectory !== null) {
    const path = `${credentialsDirectory}/${CREDENTIAL}`;
    const text = await readToken({ files, path });
    if (text !== null) return { text, place: path, file: null };
  }
  const credential = await readSmbiosCredential({ files, name: CREDENTIAL });
  if (credential !== null) return { text: credential, place: `the SMBIOS credential ${CREDENTIAL}`, file: null };
  const text = await readToken({ files, path: TOKEN_FILE });
  return text === null ? null : { text, place: TOKEN_FILE, file: TOKEN_FILE };
}

async function readToken({ files, path }: { files: KernelFiles; path: string }): Promise<string | null> {
  const text = (await files.readText(path, { mostBytes: TOKEN_FILE_BYTES }))?.trim() ?? '';
  return text === '' ? null : text;
}
