import { explainFile } from '../conduct/explain/explain-file.ts';
import { MOST_BYTES } from '../conduct/explain/file-to-explain.ts';
import { parseStorageConfiguration } from '../host/proxmox/storage-configuration.ts';
import { readInput } from '../io/read-input.ts';
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
  const text =
    storage === null ? '' : new TextDecoder().decode((await readInput({ path: storage, most: MOST_BYTES })).bytes);
  const storages = parseStorageConfiguration(text);
  const explained: Explanation[] = [];
  // One after the other: each may be 4 MiB.
  for (const path of paths) {
    const input = await readInput({ path, most: MOST_BYTES });
    explained.push(explainFile({ file: { path, ...input }, storages }));
  }
  return explained;
}
