import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
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
import { askOnce, type PostgresServer, startPostgres } from '../../support/postgres/postgres-server.ts';
import { openTestStore } from './open-test-store.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.end());

async function createPlace(): Promise<StorePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  const database = await server.createSchema();
  return {
    open: () => openTestStore(folder, { database }),
    async addGuests(ids) {
      const hostId = (await readFile(join(folder, 'host-id'), 'utf8')).trim();
      await askOnce({
        url: database,
        sql: `insert into guest (id, host_id, name, said_name, named_by, agent_version, first_seen_at, last_seen_at)
         select id, $1, id, id, 'hypervisor', '0', 0, 0 from unnest($2::text[]) as id`,
        values: [hostId, ids],
      });
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

storeContract('PostgreSQL', createPlace);
lostTrimsContract('PostgreSQL', createPlace);
guestsContract('PostgreSQL', createPlace);
jobsContract('PostgreSQL', createPlace);
samplesContract('PostgreSQL', createPlace);
alertsContract('PostgreSQL', createPlace);
noticesStoreContract('PostgreSQL', createPlace);
forecastsContract('PostgreSQL', createPlace);
enrolmentsContract('PostgreSQL', createPlace);
guestKeysContract('PostgreSQL', createPlace);
apiTokensContract('PostgreSQL', createPlace);
deedsContract('PostgreSQL', createPlace);
givenNamesContract('PostgreSQL', createPlace);
