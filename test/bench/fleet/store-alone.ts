import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { TrimId } from '@trimtab/protocol';
import { openStore } from '../../../collector/src/compose/open-store.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { toReport } from './fleet-agent.ts';

/** How long a store like the collector's takes for as many results as guests, all at once and nothing else, in ms. */
export async function timeStoring({
  directory,
  count,
  result,
}: {
  readonly directory: string;
  readonly count: number;
  /** One that the collector has stored. */
  readonly result: TrimResult;
}): Promise<number> {
  await mkdir(directory);
  const log = { info() {}, warn() {} };
  const kept = { keepSamples: 2, keepHours: 90, keepDays: 1_825 };
  const place = { stateDirectory: directory, database: null };
  const store = await openStore({ ...place, ...kept, history: 2 ** 29, log });
  try {
    const guests = [];
    for (let index = 0; index < count; index += 1) {
      const identities = [{ kind: 'product-uuid', value: randomUUID() }] as const;
      const named = { name: `guest-${index}`, namedBy: 'hypervisor', takenNames: new Set<string>() } as const;
      const said = { agentVersion: '0.2.0', seenAt: Date.now(), isHere: () => true };
      guests.push(await store.recognise({ identities, ...named, ...said }));
    }
    const beganMs = performance.now();
    await Promise.all(
      guests.map(({ id: guestId, name: guest }) => {
        const id = randomUUID() as string as TrimId;
        const report = toReport({ trimId: id, requestId: null, granted: false });
        return store.closeTrim({
          guestId,
          report,
          result: { ...result, id, guest },
          storedAt: Date.now(),
          after: null,
        });
      }),
    );
    return performance.now() - beganMs;
  } finally {
    await store.close();
  }
}
