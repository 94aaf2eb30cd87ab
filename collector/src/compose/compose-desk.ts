import { createDesk } from '../conduct/desk/desk.ts';
import { createReadOutlooks } from '../conduct/measure/repair-outlooks.ts';
import { createSampler } from '../conduct/measure/sampler.ts';
import type { Repaired } from '../conduct/repair/repaired.ts';
import { createRepairs } from '../conduct/repair/repairs.ts';
import { tellStartAgent } from '../conduct/survey/guest-faults.ts';
import type { Survey } from '../conduct/survey/survey.ts';
import type { Trims } from '../conduct/trims/trims.ts';
import type { Images } from '../image/images.ts';
import type { ReadTables } from '../image/qcow2-tables.ts';
import type { GuestLinks } from '../link/guest-links.ts';
import type { Domain } from '../model/domain.ts';
import { readPools } from '../pool/pools.ts';
import type { Clock } from '../ports/clock.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Log } from '../ports/log.ts';
import type { Qmp } from '../ports/qmp.ts';
import type { Store } from '../ports/store/store.ts';
import type { CollectorSettings } from '../settings.ts';

/** What the faces read, over what the stages know. */
export function composeDesk({
  clock,
  log,
  files,
  images,
  readTables,
  qmp,
  links,
  store,
  survey,
  refine,
  repaired,
  trims,
  settings,
}: {
  clock: Clock;
  log: Log;
  files: HostFiles;
  images: Images;
  readTables: ReadTables;
  qmp: Qmp;
  links: GuestLinks;
  store: Store;
  survey: Survey;
  refine: (domain: Domain) => Promise<Domain>;
  repaired: Repaired;
  trims: Trims;
  settings: Pick<CollectorSettings, 'settleLimit' | 'listen'>;
}): Desk {
  return createDesk({
    clock,
    store,
    survey,
    trims,
    links,
    startAgent: tellStartAgent(settings.listen),
    sampler: createSampler({
      clock,
      allocations: images,
      qmp,
      readExtents: images.readExtents,
      readHeldParts: images.readHeldParts,
      // Nothing is written because somebody examines.
      commitPool: null,
      readTables,
      settleLimitMs: settings.settleLimit,
      // The doctor leaves no trace on a domain.
      mayTaint: false,
    }),
    readOutlooks: createReadOutlooks({ qmp, files }),
    repairs: createRepairs({ survey, store, links, refine, repaired, qmp, files, log }),
    readPools: (held) => readPools({ files, ...held }),
  });
}
