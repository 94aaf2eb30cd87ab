import { explainFile } from '../conduct/explain/explain-file.ts';
import { MOST_BYTES } from '../conduct/explain/file-to-explain.ts';
import { parseStorageConfiguration } from '../host/proxmox/storage-configuration.ts';
import { type Purpose, readInput } from '../io/read-input.ts';
import type { Explanation } from '../model/explanation.ts';

/** Reads these files, and nothing that they name. Throws a Fault `unreadable-file` before anything is told. */
export async function explainFiles({
  paths,
  storage,
}: {
  paths: readonly string[];
  /** Proxmox VE's storage.cfg; null without one. */
  storage: string | null;
}): Promise<readonly Explanation[]> {
  const read = (path: string) => readInput({ path, most: MOST_BYTES, purpose: PURPOSE });
  const text = storage === null ? '' : new TextDecoder().decode((await read(storage)).bytes);
  const storages = parseStorageConfiguration(text);
  const explained: Explanation[] = [];
  // One after the other: each may be 4 MiB.
  for (const path of paths) {
    const input = await read(path);
    explained.push(explainFile({ file: { path, ...input }, storages }));
  }
  return explained;
}

const PURPOSE: Purpose = {
  operation: 'explain a file',
  hint: 'Name a regular file that can be read. - is standard input: virsh dumpxml GUEST | trimtab explain -',
};
