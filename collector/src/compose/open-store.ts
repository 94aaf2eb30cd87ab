import { randomUUID } from 'node:crypto';
import { sleep } from '@trimtab/protocol/shared';
import { clock } from '../io/clock.ts';
import type { GuestId } from '../model/guest-id.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store/store.ts';
import { createStore } from '../store/create-store.ts';
import { type DatabasePlace, openDatabase } from './open-database.ts';

/** Opens what this host keeps. Throws Faults `store-…` and `host-id-…`. */
export async function openStore({
  history,
  keepSamples,
  keepHours,
  keepDays,
  log,
  ...place
}: DatabasePlace & {
  /** What the stored trims may take, in bytes. */
  readonly history: number;
  /** For how many days what is sampled is kept. */
  readonly keepSamples: number;
  readonly keepHours: number;
  readonly keepDays: number;
  readonly log: Pick<Log, 'info' | 'warn'>;
}): Promise<Store> {
  return createStore({
    ...(await openDatabase(place, { log })),
    historyBytes: history,
    kept: { samples: keepSamples, hours: keepHours, days: keepDays },
    log,
    pause: (ms = 0) => sleep(clock, ms),
    newGuestId: () => randomUUID() as string as GuestId,
  });
}
