import type { FaultDetail } from '@trimtab/protocol/shared';
import type { Domain } from '../../model/domain.ts';
import type { GuestAgentChannel } from '../../model/guest-agent.ts';
import type { DescribedByQemuGa, QemuGaFound } from '../../model/guest-inside.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuestAgentAnswer, GuestAgents } from '../../ports/guest-agent.ts';
import { toInventory } from '../../qga/to-inventory.ts';

/** What a guest has said may be so old for an overview. */
export const OVERVIEW_MS = 10_000;

/** What is kept of one that is asked no more: longer than from one steady asking to the next. */
export const KEPT_MS = 30 * 60_000;

/** What the guests' qemu-ga said, by the keys of their domains. */
export type Found = ReadonlyMap<string, QemuGaFound>;

/** The guests of this host that qemu-ga can be asked in, and what it said last. */
export interface QemuGaGuests {
  /** Of these domains, those that run and have a channel: no answer is older than this. */
  ask(domains: readonly Domain[], oldestMs: number): Promise<Found>;
  /** What was said last, without anybody being asked. */
  known(): Found;
}

interface Kept {
  readonly askedMs: number;
  readonly channel: string;
  readonly found: QemuGaFound;
}

export function createQemuGaGuests({
  clock,
  guestAgents,
}: {
  clock: Pick<Clock, 'now' | 'monotonicMs'>;
  guestAgents: Pick<GuestAgents, 'ask'>;
}): QemuGaGuests {
  const kept = new Map<string, Kept>();
  /** The askings under way, by whom they ask. */
  const underWay = new Map<string, Promise<void>>();

  function isFresh({ key, channel }: Asked, oldestMs: number): boolean {
    const last = kept.get(key);
    return last?.channel === JSON.stringify(channel) && clock.monotonicMs() - last.askedMs <= oldestMs;
  }

  function forgetOld(): void {
    for (const [key, { askedMs }] of kept) if (clock.monotonicMs() - askedMs > KEPT_MS) kept.delete(key);
  }

  async function askAnew(some: readonly Asked[]): Promise<void> {
    const askedMs = clock.monotonicMs();
    const toldAt = clock.now();
    const answers = await guestAgents.ask(some.map(({ channel }) => channel));
    forgetOld();
    for (const [index, { key, channel }] of some.entries()) {
      const answer = answers[index];
      // While a trim of ours is under way over it, what it said before that stands.
      const isTrimming = answer?.kind === 'silent' && answer.fault.detail.code === 'guest-agent-busy';
      if (answer === undefined || (isTrimming && kept.get(key)?.found.kind === 'answered')) continue;
      kept.set(key, { askedMs, channel: JSON.stringify(channel), found: toFound({ answer, channel, toldAt }) });
    }
  }

  /** Guests that hang take long, and overviews may come faster than that: these wait for one asking together. */
  async function refresh(stale: readonly Asked[], oldestMs: number): Promise<void> {
    const asking = (one: Asked) => (oldestMs === 0 ? undefined : underWay.get(JSON.stringify(one)));
    const shared = new Set(stale.flatMap((one) => asking(one) ?? []));
    const own = stale.filter((one) => asking(one) === undefined);
    const work = askAnew(own);
    for (const one of own) underWay.set(JSON.stringify(one), work);
    const forget = () => {
      for (const one of own) {
        const name = JSON.stringify(one);
        if (underWay.get(name) === work) underWay.delete(name);
      }
    };
    work.then(forget, forget);
    await Promise.all([work, ...shared]);
  }

  const known = () => new Map([...kept].map(([key, { found }]) => [key, found] as const));

  return {
    known,
    async ask(domains, oldestMs) {
      const wanted = domains.flatMap(toAsked);
      await refresh(
        wanted.filter((one) => !isFresh(one, oldestMs)),
        oldestMs,
      );
      const keys = new Set(wanted.map(({ key }) => key));
      return new Map([...known()].filter(([key]) => keys.has(key)));
    },
  };
}

interface Asked {
  readonly key: string;
  readonly channel: GuestAgentChannel;
}

function toAsked({ key, isRunning, guestAgent }: Domain): readonly Asked[] {
  return isRunning === false || guestAgent?.kind !== 'channel' ? [] : [{ key, channel: guestAgent.channel }];
}

function toFound({
  answer,
  channel,
  toldAt,
}: {
  answer: GuestAgentAnswer;
  channel: GuestAgentChannel;
  toldAt: number;
}): QemuGaFound {
  if (answer.kind === 'silent') return { kind: 'silent', fault: answer.fault.detail };
  const { version, allows, filesystems, disks, withheld } = answer;
  const isTold = filesystems !== null || disks !== null;
  const told = isTold ? toInventory({ filesystems: filesystems ?? [], disks, takenAt: toldAt }) : null;
  const described: DescribedByQemuGa = {
    channel,
    version,
    allows,
    inventory: told?.inventory ?? null,
    addresses: told?.addresses ?? new Map(),
    withheld: filesystems === null ? (withheld?.detail ?? NOT_TOLD) : null,
    toldAt,
  };
  return { kind: 'answered', described };
}

const NOT_TOLD: FaultDetail = {
  code: 'guest-agent-error',
  operation: 'ask qemu-guest-agent',
  subject: 'the filesystems',
  cause: 'it does not tell of them',
  hint: null,
};
