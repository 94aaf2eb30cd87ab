import { randomInt, randomUUID } from 'node:crypto';
import type { ProofId } from '@trimtab/protocol';
import { createSendElsewhere } from '../conduct/enroll/send-elsewhere.ts';
import { createProofAnswers } from '../conduct/proof/proof-answers.ts';
import { proveDisk } from '../conduct/proof/proof-round.ts';
import { createProofs } from '../conduct/proof/proofs.ts';
import { createRepaired } from '../conduct/repair/repaired.ts';
import { createGuestsOfHost } from '../conduct/survey/guests-of-host.ts';
import { createKeepNames } from '../conduct/survey/keep-names.ts';
import { createReadImages } from '../conduct/survey/read-images.ts';
import { createSurvey } from '../conduct/survey/survey.ts';
import type { Images } from '../image/images.ts';
import { ownProcess } from '../io/own-process.ts';
import type { GuestLinks } from '../link/guest-links.ts';
import type { Domain, HostView } from '../model/domain.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Log } from '../ports/log.ts';
import type { Qmp } from '../ports/qmp.ts';
import type { GuestsStore } from '../ports/store/guests.ts';
import { addOpenedImages } from '../qemu/open-images.ts';
import { createHypervisorProcesses } from '../qemu/processes/hypervisor-processes.ts';
import { createRecentImages } from '../qemu/recent-images.ts';
import { createServedDisks } from '../qemu/servers/served-disks.ts';
import { createTopology } from '../qemu/topology/topology.ts';
import type { CollectorSettings } from '../settings.ts';
import { createReadHost } from './read-host.ts';

/**
 * Everything that says what this host holds and which disk is which. Throws a Fault for a `[[guest]]` entry that cannot
 * be.
 */
export function composeSurvey({
  clock,
  log,
  files,
  images,
  qmp,
  links,
  store,
  settings,
  onRead,
}: {
  clock: Clock;
  log: Log;
  files: HostFiles;
  images: Images;
  qmp: Qmp;
  links: Pick<GuestLinks, 'send' | 'guests' | 'rename' | 'weigh' | 'end'>;
  store: Pick<GuestsStore, 'guests' | 'rename'>;
  settings: Pick<CollectorSettings, 'libvirtUri' | 'hypervisorUsers' | 'guest'>;
  /** Is told of each reading of the host. */
  onRead: (host: HostView) => void;
}) {
  const proofAnswers = createProofAnswers({ clock, send: links.send, newId: () => randomUUID() as string as ProofId });
  const { pause, ask } = proofAnswers;
  const proofs = createProofs({
    clock,
    log,
    proveDisk: (proofCase) => proveDisk({ qmp, randomBelow: randomInt, pause, ask }, proofCase),
  });
  const topology = createTopology({ qmp, clock });
  const repaired = createRepaired();
  const processes = createHypervisorProcesses({
    files,
    clock,
    users: settings.hypervisorUsers,
    ownUserId: ownProcess.userId,
  });
  const recentImages = createRecentImages({ files, clock });
  const served = createServedDisks({ files, clock, processes });
  // Before disks that another process serves are followed to their images: those no QEMU of a guest has open.
  const refine = async (told: Domain) => {
    const domain = repaired.apply(await topology.refine(told));
    return served.follow(addOpenedImages(domain, await recentImages.recall(domain)));
  };
  const readHost = createReadHost({
    files,
    clock,
    processes,
    recentImages,
    libvirtUri: settings.libvirtUri,
    guests: settings.guest,
  });
  const guestsOfHost = createGuestsOfHost(links);
  const sendElsewhere = createSendElsewhere({ links });
  const keepNames = createKeepNames({ clock, links, store, log });
  const survey = createSurvey({
    clock,
    proofs,
    refine,
    async readHost() {
      const host = await readHost();
      guestsOfHost.read(host);
      sendElsewhere(host);
      onRead(host);
      await keepNames(host);
      return host;
    },
    readImages: createReadImages({ files, images }),
  });
  return { survey, refine, repaired, processes, proofs, proofAnswers, guestsOfHost };
}
