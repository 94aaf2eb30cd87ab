import type { FromGuest, TrimId } from '@trimtab/protocol';
import type { Delivered } from '../link/session-model.ts';
import type { Log } from '../ports/log.ts';
import type { Prover } from '../prove/prover.ts';
import type { TrimWish } from '../trim/trim-state.ts';
import type { Announcer } from './announce-inventory.ts';
import type { Conductor } from './conduct-trim.ts';
import type { Delivery } from './deliver-reports.ts';
import type { UsageTeller } from './tell-usage.ts';
import type { ChannelWatch } from './watch-channel.ts';

export interface HostAnswers {
  /** With the version of the messages that was agreed on. */
  linkUp(version: number): Promise<void>;
  linkDown(): void;
  pinged(): Promise<void>;
  hear(message: Delivered): Promise<void>;
}

/** What the agent does about each thing that the collector says. */
export function createHostAnswers({
  conductor,
  delivery,
  announcer,
  usage,
  channel,
  prover,
  during,
  say,
  log,
}: {
  conductor: Conductor;
  delivery: Delivery;
  announcer: Announcer;
  usage: UsageTeller;
  channel: ChannelWatch;
  prover: Prover;
  /** Something goes on that nobody waits for. */
  during: (work: Promise<void>) => void;
  say: (message: FromGuest) => void;
  log: Log;
}): HostAnswers {
  return {
    async linkUp(version) {
      usage.linkUp(version);
      await announcer.linkUp();
      conductor.linkUp();
      await delivery.linkUp();
    },
    linkDown() {
      conductor.linkDown();
      delivery.linkDown();
      announcer.linkDown();
    },
    async pinged() {
      await announcer.pinged();
      usage.pinged();
      await channel.pinged();
    },
    async hear(message) {
      switch (message.type) {
        case 'request': {
          const { requestId, mounts, cures } = message;
          const wish: TrimWish = { trigger: 'requested', requestId, mounts, cures };
          const answer = await conductor.begin({ wish, onBegun: () => {} });
          if (answer.kind === 'refused' || answer.kind === 'failed')
            say({ type: 'problem', about: requestId, problem: answer.problem });
          if (answer.kind === 'under-way') log.info(`request ${requestId} came again; it is being answered already`);
          return;
        }
        case 'grant':
          return conductor.grant(message.trimId);
        case 'cancel':
          if (!conductor.cancel({ trimId: message.trimId, reason: message.reason }))
            log.info(`nothing to cancel: trim ${message.trimId} is over or was never here`);
          return;
        case 'acknowledged':
          return delivery.acknowledged(message.trimId);
        case 'look':
          return announcer.look();
        case 'prove':
          // Not waited for: a disk may be slow, and what else the host says must not wait for it.
          return during(prover.prove(message));
        case 'rest':
          // Only who visits goes (visit.ts).
          return;
        case 'problem':
          log.warn(`the collector says: ${message.problem.subject}: ${message.problem.cause}`);
          // About a trim that waits for its grant, this is the host's refusal.
          if (message.about !== null)
            conductor.cancel({ trimId: message.about as TrimId, reason: message.problem.cause });
          return;
      }
    },
  };
}
