import { randomInt, randomUUID } from 'node:crypto';
import type { ProofId, RequestId, TrimId } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import { createApi, type Face } from './api/create-api.ts';
import { openStore } from './compose/open-store.ts';
import { createReadHost } from './compose/read-host.ts';
import { createDesk } from './conduct/desk/desk.ts';
import { createSampler } from './conduct/measure/sampler.ts';
import { createProofAnswers } from './conduct/proof/proof-answers.ts';
import { proveDisk } from './conduct/proof/proof-round.ts';
import { createProofs } from './conduct/proof/proofs.ts';
import { createRepaired } from './conduct/repair/repaired.ts';
import { createRepairs } from './conduct/repair/repairs.ts';
import { createReadImages } from './conduct/survey/read-images.ts';
import { createSurvey } from './conduct/survey/survey.ts';
import { createCures } from './conduct/trims/cures.ts';
import { createRequests } from './conduct/trims/requests.ts';
import { createTrims } from './conduct/trims/trims.ts';
import { createSlots } from './coordinate/slots.ts';
import { createImages } from './image/images.ts';
import { startAgentServer } from './io/agent-server.ts';
import { startApi } from './io/api-server.ts';
import { clock } from './io/clock.ts';
import { createCommands } from './io/commands.ts';
import { createHostFiles } from './io/host-files.ts';
import { createQmp } from './io/qmp-client.ts';
import { type ConnectedGuest, createGuestLinks, type GuestLinks } from './link/guest-links.ts';
import type { Domain } from './model/domain.ts';
import { readPools } from './pool/pools.ts';
import type { Desk } from './ports/desk/desk.ts';
import type { Log } from './ports/log.ts';
import { createTopology } from './qemu/topology/topology.ts';
import type { CollectorSettings } from './settings.ts';
import { COLLECTOR_VERSION } from './version.ts';

export interface Collector {
  readonly desk: Desk;
  /** Where agents connect; the one that was asked for, or the one the kernel chose for port 0. */
  readonly agentPort: number;
  stop(): Promise<void>;
}

/**
 * Puts the collector together and tells the order of things: store, host, links, faces. Throws a Fault when a part cannot
 * start; then nothing is left running.
 */
export async function startCollector({
  settings,
  logger,
}: {
  settings: CollectorSettings;
  logger: Log;
}): Promise<Collector> {
  const files = createHostFiles();
  const commands = createCommands();
  const readHost = createReadHost({ files, clock, libvirtUri: settings.libvirtUri, guests: settings.guest });
  const images = createImages({ files, commands });
  const qmp = createQmp({ commands });
  const send: GuestLinks['send'] = (id, message) => links.send(id, message);
  const answers = createProofAnswers({ clock, send, newId: () => randomUUID() as string as ProofId });
  const asking = { qmp, randomBelow: randomInt, ...answers };
  const proofs = createProofs({ clock, log: logger, proveDisk: (open) => proveDisk(asking, open) });
  const topology = createTopology({ qmp, clock });
  const repaired = createRepaired();
  const refine = async (domain: Domain) => repaired.apply(await topology.refine(domain));
  const survey = createSurvey({
    clock,
    proofs,
    refine,
    readHost,
    readImages: createReadImages({ files, images }),
  });
  const store = await openStore(`${settings.stateDirectory}/trimtab.sqlite`);
  const requests = createRequests();
  const { readExtents } = images;
  const measuring = { clock, allocations: images, qmp, readExtents, settleLimitMs: settings.settleLimit };
  const trims = createTrims({
    clock,
    log: logger,
    store,
    survey,
    sampler: createSampler({ ...measuring, mayTaint: true }),
    slots: createSlots(settings.slotsPerPool),
    requests,
    cures: createCures({ send, newId: () => randomUUID() as string as RequestId }),
    links: { send, guests: () => links.guests() },
  });

  /** What could not be done for a guest ends its session: it comes back and sends again what was not acknowledged. */
  function attend(guest: ConnectedGuest, work: Promise<void>): void {
    work.catch((error) => {
      logger.error({ guest: guest.name, reason: toCause(error) }, 'could not do what a guest asked for');
      links.fail(guest.id);
    });
  }

  const remember = ({ id, name, agentVersion }: ConnectedGuest) =>
    store.rememberGuest({ id, name, agentVersion, seenAt: clock.now() });

  const links: GuestLinks = createGuestLinks({
    clock,
    log: logger,
    collectorVersion: COLLECTOR_VERSION,
    events: {
      async nameGuest({ guest }) {
        const { domain } = await survey.findDomain(guest);
        return domain === null || domain.source === 'loop-devices' ? guest.hostname : domain.name;
      },
      connected(guest) {
        logger.info({ guest: guest.name, id: guest.id, agent: guest.agentVersion }, 'guest connected');
        attend(guest, remember(guest));
      },
      disconnected(guest) {
        logger.info({ guest: guest.name }, 'guest disconnected');
        trims.guestLeft(guest.id);
        answers.guestLeft(guest.id);
        proofs.guestLeft(guest.id);
        attend(guest, remember(guest));
      },
      said(guest, message) {
        switch (message.type) {
          case 'intent':
            return attend(guest, trims.intended(guest, message));
          case 'report':
            return attend(guest, trims.reported(guest, message.report));
          case 'started':
            return trims.started(message);
          case 'progress':
            return trims.progressed(message);
          case 'proved':
            return answers.answered(guest.id, message.proofId, { kind: 'read' });
          case 'problem':
            logger.warn({ guest: guest.name, ...message.problem }, 'a guest could not do what it was asked for');
            if (message.about === null) return;
            answers.answered(guest.id, message.about as ProofId, { kind: 'refused', problem: message.problem });
            if (!trims.refusedCure(message.about as RequestId, guest.id))
              requests.refuse(message.about as RequestId, guest.id, message.problem);
            trims.gaveUp(guest.id, message.about as TrimId);
        }
      },
    },
  });

  const desk = createDesk({
    clock,
    store,
    survey,
    requests,
    links,
    sampler: createSampler({ ...measuring, mayTaint: false }),
    repairs: createRepairs({ survey, links, refine, repaired, qmp, files, log: logger }),
    newId: () => randomUUID() as string as RequestId,
    readPools: (held) => readPools({ files, ...held }),
  });
  const createFace = (face: Face) => createApi({ desk, clock, log: logger, face }).fetch;
  const started: { close(): Promise<void> }[] = [store];
  try {
    const agents = await startAgentServer({ listen: settings.listen, open: links.open, log: logger });
    started.unshift(agents);
    started.unshift(
      await startApi({
        socket: { path: settings.socket, fetch: createFace('socket') },
        tcp: settings.apiListen === null ? null : { ...settings.apiListen, fetch: createFace('network') },
        log: logger,
      }),
    );
    const { host } = settings.listen;
    logger.info({ agents: `ws://${host}:${agents.port}/agent`, api: settings.socket }, 'collector ready');
    return { desk, agentPort: agents.port, stop: () => closeAll(started) };
  } catch (error) {
    await closeAll(started);
    throw error;
  }
}

/** In the order given: the faces before what they stand on. */
async function closeAll(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.close();
}
