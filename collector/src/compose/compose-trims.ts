import { randomUUID } from 'node:crypto';
import type { RequestId } from '@trimtab/protocol';
import { createReadOutlooks } from '../conduct/measure/repair-outlooks.ts';
import { shareCommits } from '../conduct/measure/share-commits.ts';
import type { Survey } from '../conduct/survey/survey.ts';
import { createAgentTrimmer } from '../conduct/trims/agent-trimmer.ts';
import { createFindTrimPaths } from '../conduct/trims/find-trim-paths.ts';
import { createJobs } from '../conduct/trims/jobs/jobs.ts';
import { createTrims, type Trims } from '../conduct/trims/trims.ts';
import { createSlots } from '../coordinate/slots.ts';
import type { Images } from '../image/images.ts';
import type { GuestLinks } from '../link/guest-links.ts';
import { commitPool } from '../pool/commit-pool.ts';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Log } from '../ports/log.ts';
import type { Qmp } from '../ports/qmp.ts';
import type { Store } from '../ports/store/store.ts';
import { createProcessMarks } from '../qemu/process-marks.ts';
import type { CollectorSettings } from '../settings.ts';
import type { SamplerFor } from './compose-sampler.ts';

/**
 * The host's half of every trim. What was asked for before a restart of the collector is waited for again when this
 * resolves; for the guests themselves `awaitGuests` waits, once they can connect.
 */
export async function composeTrims({
  clock,
  log,
  commands,
  files,
  images,
  qmp,
  samplerFor,
  links,
  store,
  survey,
  settings,
}: {
  clock: Clock;
  log: Log;
  commands: Commands;
  files: HostFiles;
  images: Images;
  qmp: Qmp;
  samplerFor: SamplerFor;
  links: GuestLinks;
  store: Store;
  survey: Survey;
  settings: Pick<CollectorSettings, 'slotsPerPool' | 'withoutQemuCounters'>;
}): Promise<Trims> {
  // A verdict rests on QEMU's own count, for which a guest of libvirt has it noted that somebody asked.
  const mayTaint = !settings.withoutQemuCounters;
  const trims = createTrims({
    clock,
    log,
    store,
    findPaths: createFindTrimPaths({ survey, log, mayTaint }),
    readOutlooks: createReadOutlooks({ qmp, files }),
    inspect: images.inspect,
    sampler: samplerFor({ commitPool: shareCommits((image) => commitPool({ commands, image })), mayTaint }),
    processes: createProcessMarks({ files }),
    slots: createSlots(settings.slotsPerPool),
    jobs: createJobs({ store, clock, log, logged: await store.jobs() }),
    trimmer: createAgentTrimmer(links),
    newRequestId: () => randomUUID() as string as RequestId,
    links,
  });
  await trims.resume();
  return trims;
}
