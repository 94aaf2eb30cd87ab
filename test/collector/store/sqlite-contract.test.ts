import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../collector/src/compose/open-store.ts';
import { storeContract } from '../../contract/store.ts';

storeContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  return {
    open: () => openStore(join(folder, 'state')),
    remove: () => rm(folder, { recursive: true }),
  };
});
