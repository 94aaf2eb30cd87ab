import { openStore } from '../../../collector/src/compose/open-store.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';

/** The store of a collector in a folder of the test; what it warns of in the log is for `said`, and `fields` with it. */
export function openTestStore(
  folder: string,
  {
    database = null,
    history = 512 * 1024 * 1024,
    keepSamples = 2,
    keepHours = 90,
    keepDays = 1_825,
    said = [],
    fields = [],
  }: {
    /** On a server; null: a file in the folder. */
    readonly database?: string | null;
    readonly history?: number;
    readonly keepSamples?: number;
    readonly keepHours?: number;
    readonly keepDays?: number;
    readonly said?: string[];
    readonly fields?: object[];
  } = {},
): Promise<Store> {
  const log = {
    info() {},
    warn(given: object, message: string) {
      fields.push(given);
      said.push(message);
    },
  };
  return openStore({ stateDirectory: folder, database, history, keepSamples, keepHours, keepDays, log });
}
