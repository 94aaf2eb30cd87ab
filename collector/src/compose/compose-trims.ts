import { randomUUID } from 'node:crypto';
import type { RequestId, TrimId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import { createReadOutlooks } from '../conduct/measure/repair-outlooks.ts';
import { shareCommits } from '../conduct/measure/share-commits.ts';
import { createEitherTrimmer } from '../conduct/qga/either-trimmer.ts';
import { createPresentGuests, type PresentGuests } from '../conduct/qga/present-guests.ts';
import { createQemuGaTrimmer, type QemuGaTrimmer } from '../conduct/qga/qga-trimmer.ts';
import { createQemuGaGuests, type QemuGaGuests } from '../conduct/survey/qemu-ga-guests.ts';
import type { Survey } from '../conduct/survey/survey.ts';
import { createAgentTrimmer } from '../conduct/trims/agent-trimmer.ts';
import { createFindTrimPaths } from '../conduct/trims/find-trim-paths.ts';
import { createJobs } from '../conduct/trims/jobs/jobs.ts';
import { tellConcluded } from '../conduct/trims/tell-concluded.ts';
import { createTrims, type Trims } from '../conduct/trims/trims.ts';
import { createSlots } from '../coordinate/slots.ts';
import type { Images } from '../image/images.ts';
import type { GuestLinks } from '../link/guest-links.ts';
import type { Exposition } from '../metrics/exposition.ts';
import type { GuestId } from '../model/guest-id.ts';
import { commitPool } from '../pool/commit-pool.ts';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { GuestAgents } from '../ports/guest-agent.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Log } from '../ports/log.ts';
import type { Qmp } from '../ports/qmp.ts';
import type { Store } from '../ports/store/store.ts';
import { createProcessMarks } from '../qemu/process-marks.ts';
import type { CollectorSettings } from '../settings.ts';
import type { SamplerFor } from './compose-sampler.ts';

/**
 * The host's half of every trim, and the guest's half of those through qemu-ga. What was asked for before a restart of
 * the collector is waited for again when this resolves; for the guests themselves `awaitGuests` waits, once they can
 * connect.
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
  guestAgents,
  exposition,
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
  guestAgents: GuestAgents;
  exposition: Pick<Exposition, 'concluded'>;
  settings: Pick<CollectorSettings, 'slotsPerPool' | 'withoutQemuCounters'>;
}): Promise<ComposedTrims> {
  // A verdict rests on QEMU's own count, for which a guest of libvirt has it noted that somebody asked.
  const mayTaint = !settings.withoutQemuCounters;
  const sampler = samplerFor({ commitPool: shareCommits((image) => commitPool({ commands, image })), mayTaint });
  // They are told of what the store forgets, and it forgets only once they are asked for something.
  const release = (forgotten: readonly GuestId[]) => {
    for (const id of forgotten)
      trims.forgetGuest(id).catch((error) => log.error({ guestId: id, reason: toReason(error) }, NOT_RELEASED));
  };
  const present = createPresentGuests({ clock, links, store, release });
  const newTrimId = () => randomUUID() as string as TrimId;
  const qemuGa = createQemuGaTrimmer({ clock, log, guestAgents, sampler, present, newTrimId });
  const trims = createTrims({
    clock,
    log,
    store: tellConcluded(store, ({ result }) => exposition.concluded(result)),
    findPaths: createFindTrimPaths({ survey, log, mayTaint }),
    readOutlooks: createReadOutlooks({ qmp, files }),
    inspect: images.inspect,
    sampler,
    processes: createProcessMarks({ files }),
    slots: createSlots(settings.slotsPerPool),
    jobs: createJobs({ store, clock, log, logged: await store.jobs() }),
    trimmer: createEitherTrimmer({ agent: createAgentTrimmer(links), qemuGa, isConnected: links.isConnected }),
    newRequestId: () => randomUUID() as string as RequestId,
    later: (call) => void clock.after(COMPANY_MS, call),
    // What qemu-ga has begun it ends, also where an agent comes meanwhile.
    links: { send: links.send, find: (id) => links.find(id) ?? present.find(id) },
  });
  qemuGa.openTo(trims);
  await trims.resume();
  return { trims, present, qemuGa, qemuGaGuests: createQemuGaGuests({ clock, guestAgents }) };
}

/** Many images come to rest in one moment, or nearly so. Nobody notices that an acknowledgement comes so much later. */
const COMPANY_MS = 5;

const NOT_RELEASED = 'what was asked of a guest that is forgotten could not be taken out';

export interface ComposedTrims {
  readonly trims: Trims;
  readonly present: PresentGuests;
  readonly qemuGa: QemuGaTrimmer;
  readonly qemuGaGuests: QemuGaGuests;
}
