import { openStore } from '../../../collector/src/compose/open-store.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';

/** The store of a collector in a folder of the test; what it says in the log is for `said`. */
export function openTestStore(
  folder: string,
  { history = 512 * 1024 * 1024, said = [] }: { readonly history?: number; readonly said?: string[] } = {},
): Promise<Store> {
  const log = { warn: (_fields: object, message: string) => void said.push(message) };
  return openStore({ stateDirectory: folder, history, log });
}
