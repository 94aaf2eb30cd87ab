import { toReason } from '@trimtab/protocol/shared';
import type { Notice } from '../../../model/alert.ts';
import type { Finding } from '../../../model/domain.ts';
import type { PoolLevel } from '../../../model/pool-level.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { NoticeSender } from '../../../ports/notice-sender.ts';
import type { Notices } from '../../../ports/notices.ts';
import type { NoticesStore, Pending } from '../../../ports/store/notices.ts';
import { type Courier, createCourier } from './courier.ts';
import { createEndings } from './endings.ts';
import { KEPT_MS } from './line.ts';
import { createStanding } from './standing.ts';
import { tellTrouble } from './tell-trouble.ts';
import { findCouriers, testSenders } from './test-senders.ts';

export interface DeliveryDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly store: NoticesStore;
  readonly senders: readonly NoticeSender[];
  /** What this host is called in a test. */
  readonly host: string;
  /** How the pools stand, for receivers that show that. */
  readonly readPools: () => Promise<readonly PoolLevel[]>;
}

export interface Delivery extends Notices {
  /** Which senders fail, since when and why. */
  findings(): readonly Finding[];
  /** What is not delivered then is delivered after the next start. */
  stop(): Promise<void>;
}

/** So many ids of notices that were posted since the start are known, also where the store could not keep them. */
export const IDS_REMEMBERED = 10_000;

/** Tells people by all senders, each at its own pace. Throws what the store throws. */
export async function startDelivery(deps: DeliveryDeps): Promise<Delivery> {
  const { clock, log, store, senders, host } = deps;
  const stopping = new AbortController();
  let forgotAt: number | null = null;
  await forgetOld();
  const pending = await store.pendingNotices();
  const standing = createStanding({ ...deps, alerts: await store.standingAlerts() });
  const endings = createEndings({ store, log });
  const couriers = senders.map((sender) => {
    const readStanding = () => standing.read(sender.rules);
    const ended = (notices: readonly Notice[]) =>
      endings.add(notices.map(({ id }) => ({ sender: sender.name, noticeId: id })));
    const left = pending.filter((one) => one.sender === sender.name);
    return createCourier({ ...deps, readStanding, ended }, sender, left);
  });
  endings.add(findOrphans({ pending, senders, log }));
  const handedOver = new Set<string>();

  function handOver(notices: readonly Notice[]): void {
    const fresh: Notice[] = [];
    for (const notice of notices) {
      if (handedOver.has(notice.id)) continue;
      handedOver.add(notice.id);
      const [oldest] = handedOver;
      if (handedOver.size > IDS_REMEMBERED && oldest !== undefined) handedOver.delete(oldest);
      standing.note(notice);
      fresh.push(notice);
    }
    const postedAt = clock.now();
    for (const courier of couriers)
      courier.add(fresh.filter((notice) => concerns(courier, notice)).map((notice) => ({ notice, postedAt })));
  }

  /** A disk that is full keeps nothing from being told. */
  async function forgetOld(): Promise<void> {
    if (forgotAt !== null && clock.monotonicMs() - forgotAt < FORGET_EVERY_MS) return;
    forgotAt = clock.monotonicMs();
    await store
      .forgetNotices(clock.now() - KEPT_MS)
      .catch((error: unknown) => log.warn({ reason: toReason(error) }, 'old notices stay stored'));
  }

  return {
    async post(notices) {
      const postedAt = clock.now();
      const added = notices.map((notice) => {
        const concerned = couriers.filter((courier) => concerns(courier, notice));
        return { notice, senders: concerned.map(({ sender }) => sender.name), postedAt };
      });
      const fresh = await store.addNotices(added).catch((error: unknown) => {
        // They are told all the same: that the disk is full may be what they are about. Who posts them tries again.
        handOver(notices);
        throw error;
      });
      // One that could be stored only now may have been delivered meanwhile.
      for (const notice of fresh.filter(({ id }) => handedOver.has(id))) {
        const over = couriers.filter((courier) => concerns(courier, notice) && !courier.has(notice.id));
        endings.add(over.map(({ sender }) => ({ sender: sender.name, noticeId: notice.id })));
      }
      handOver(fresh);
      await forgetOld();
    },
    test: async (to) => testSenders({ clock, host, couriers: findCouriers(couriers, to), stopping: stopping.signal }),
    findings: () =>
      couriers.flatMap(({ sender: { name }, trouble: readTrouble }) => {
        const trouble = readTrouble();
        return trouble === null ? [] : [tellTrouble({ name, trouble })];
      }),
    async stop() {
      stopping.abort();
      await Promise.all(couriers.map((courier) => courier.stop()));
      await endings.written();
    },
  };
}

const FORGET_EVERY_MS = 86_400_000;

function concerns({ sender: { rules } }: Courier, { alert }: Notice): boolean {
  return rules?.includes(alert.rule) ?? true;
}

/** Deliveries of senders that are no longer in the configuration. */
function findOrphans({
  pending,
  senders,
  log,
}: {
  readonly pending: readonly Pending[];
  readonly senders: readonly NoticeSender[];
  readonly log: Pick<Log, 'warn'>;
}) {
  const orphans = pending.filter(({ sender }) => !senders.some(({ name }) => name === sender));
  for (const [sender, theirs] of Map.groupBy(orphans, (one) => one.sender))
    log.warn({ sender, notices: theirs.length }, 'notices are dropped: no [[notify]] has this name any more');
  return orphans.map(({ sender, notice }) => ({ sender, noticeId: notice.id }));
}
