import type { Repaired } from '../conduct/repair/repaired.ts';
import type { Survey } from '../conduct/survey/survey.ts';
import { tellConcluded } from '../conduct/trims/tell-concluded.ts';
import { createReadPools } from '../conduct/watch/read-pools.ts';
import { createWatch, type Watch } from '../conduct/watch/watch.ts';
import type { Images } from '../image/images.ts';
import type { GuestLinks } from '../link/guest-links.ts';
import { findUnclaimed } from '../pool/unclaimed-images.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store/store.ts';
import type { CollectorSettings } from '../settings.ts';
import { countGivenBack } from './compose-foresight.ts';

/**
 * What samples this host, and remembers it for the faces until a trim or a repair changes it. What trims give back is a
 * level as well.
 */
export function composeWatch({
  clock,
  log,
  files,
  images,
  survey,
  links,
  store,
  repaired,
  settings,
}: {
  clock: Clock;
  log: Log;
  files: HostFiles;
  images: Images;
  survey: Survey;
  links: GuestLinks;
  store: Store;
  repaired: Repaired;
  settings: Pick<CollectorSettings, 'sampleEvery'>;
}): { readonly watch: Watch; readonly store: Store; readonly repaired: Repaired } {
  const watch = createWatch({
    clock,
    log,
    files,
    allocations: images,
    sampleThinPools: images.sampleThinPools,
    survey,
    links,
    store,
    readPools: createReadPools({ files }),
    findUnclaimed: (claims) => findUnclaimed({ files, ...claims }),
    everyMs: settings.sampleEvery,
  });
  return {
    watch,
    // What is told of a trim is stored before it is told: whoever has heard of it is answered with what it left.
    store: countGivenBack({
      clock,
      log,
      watch,
      store: {
        ...tellConcluded(store, watch.outdate),
        async amendTrim(amendment) {
          const amended = await store.amendTrim(amendment);
          watch.outdate();
          return amended;
        },
      },
    }),
    repaired: {
      ...repaired,
      note(domain, nodes) {
        repaired.note(domain, nodes);
        watch.outdate();
      },
    },
  };
}
