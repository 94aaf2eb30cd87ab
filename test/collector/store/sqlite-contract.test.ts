import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertsContract } from '../../contract/alerts-store.ts';
import { apiTokensContract } from '../../contract/api-tokens-store.ts';
import { deedsContract } from '../../contract/deeds-store.ts';
import { enrolmentsContract } from '../../contract/enrolments-store.ts';
import { forecastsContract } from '../../contract/forecasts-store.ts';
import { givenNamesContract } from '../../contract/given-names.ts';
import { guestKeysContract } from '../../contract/guest-keys-store.ts';
import { guestsContract } from '../../contract/guests-store.ts';
import { jobsContract } from '../../contract/jobs-store.ts';
import { lostTrimsContract } from '../../contract/lost-trims-store.ts';
import { noticesStoreContract } from '../../contract/notices-store.ts';
import { samplesContract } from '../../contract/samples-store.ts';
import { storeContract } from '../../contract/store.ts';
import type { StorePlace } from '../../contract/store-place.ts';
import { addGuestsTo } from './add-guests.ts';
import { openTestStore } from './open-test-store.ts';

async function createPlace(): Promise<StorePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  return {
    open: () => openTestStore(join(folder, 'state')),
    addGuests: (ids) => addGuestsTo(join(folder, 'state'), ids),
    remove: () => rm(folder, { recursive: true }),
  };
}

storeContract('SQLite', createPlace);
lostTrimsContract('SQLite', createPlace);
guestsContract('SQLite', createPlace);
jobsContract('SQLite', createPlace);
samplesContract('SQLite', createPlace);
alertsContract('SQLite', createPlace);
noticesStoreContract('SQLite', createPlace);
forecastsContract('SQLite', createPlace);
enrolmentsContract('SQLite', createPlace);
guestKeysContract('SQLite', createPlace);
apiTokensContract('SQLite', createPlace);
deedsContract('SQLite', createPlace);
givenNamesContract('SQLite', createPlace);
