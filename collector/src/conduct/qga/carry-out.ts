import { rise } from '@trimtab/protocol';
import { Fault, toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DiskSample } from '../../model/sample.ts';
import type { SeenByHost } from '../../model/trim-event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuestAgents, GuestAgentTrim } from '../../ports/guest-agent.ts';
import type { Log } from '../../ports/log.ts';
import type { Sampler } from '../measure/sampler.ts';

/** From sample to sample of what the host counts, while a trim runs. */
export const SAMPLED_EVERY_MS = 5_000;

export interface CarryOutDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly guestAgents: Pick<GuestAgents, 'trim'>;
  readonly sampler: Pick<Sampler, 'meanwhile'>;
}

/** How it ended. `untrimmed`: nothing was done; `lost`: nobody knows how far it came. */
export type CarriedOut =
  | { readonly kind: 'over'; readonly told: GuestAgentTrim }
  | { readonly kind: 'untrimmed' | 'lost'; readonly fault: Fault };

/** What is heard of it while it runs. */
export interface Signs {
  /** It is seen to run, or was. What moved the host's counters may be another's: it may be refused after this. */
  started(): void;
  /** The host's counters moved. */
  moved(seen: { readonly elapsedMs: number; readonly host: SeenByHost }): void;
}

/** Has qemu-ga trim, which may take hours; the host's own counters tell that it runs. */
export async function carryOut(
  { clock, log, guestAgents, sampler }: CarryOutDeps,
  { guest, paths, signs }: { guest: ConnectedGuest; paths: readonly DiskPath[]; signs: Signs },
): Promise<CarriedOut> {
  const { byQemuGa } = guest;
  if (byQemuGa === undefined) throw new Error(`${guest.name} has no qemu-ga to trim it`);
  const beganMs = clock.monotonicMs();
  let isOver = false;
  let isTold = false;
  const tellStarted = () => {
    if (!isTold) signs.started();
    isTold = true;
  };
  let stopSampling = () => {};

  async function sample(first: Samples | null, last: SeenByHost): Promise<void> {
    const samples = await sampler.meanwhile(paths).catch((error) => {
      log.warn({ guest: guest.name, reason: toReason(error) }, 'what a trim gives up could not be seen');
      return null;
    });
    if (isOver) return;
    const seen = first === null || samples === null ? last : countSeen({ from: first, to: samples });
    if (hasMoved({ last, seen })) {
      tellStarted();
      signs.moved({ elapsedMs: Math.round(clock.monotonicMs() - beganMs), host: seen });
    }
    stopSampling = clock.after(SAMPLED_EVERY_MS, () => void sample(first ?? samples, seen));
  }

  void sample(null, NOTHING_SEEN);
  try {
    const told = await guestAgents.trim(byQemuGa.channel, { mayTaint: byQemuGa.mayTaint });
    tellStarted();
    return { kind: 'over', told };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: NOTHING_DONE.has(error.detail.code) ? 'untrimmed' : 'lost', fault: error };
  } finally {
    isOver = true;
    stopSampling();
  }
}

type Samples = Readonly<Record<string, DiskSample>>;

/** See GuestAgents.trim; whatever the host's counters say: another collector may trim the same guest meanwhile. */
const NOTHING_DONE: ReadonlySet<string> = new Set([
  'no-virsh',
  'no-libvirt',
  'no-qm',
  ...['off', 'absent', 'not-running', 'busy', 'frozen', 'forbids', 'denied', 'silent'].map(
    (refusal) => `guest-agent-${refusal}`,
  ),
]);

const NOTHING_SEEN: SeenByHost = { passedBytes: null, reclaimedBytes: null };

function hasMoved({ last, seen }: { last: SeenByHost; seen: SeenByHost }): boolean {
  return (seen.passedBytes ?? 0) > (last.passedBytes ?? 0) || (seen.reclaimedBytes ?? 0) > (last.reclaimedBytes ?? 0);
}

function countSeen({ from, to }: { from: Samples; to: Samples }): SeenByHost {
  const pairs = Object.entries(to).flatMap(([device, after]) => {
    const before = Object.hasOwn(from, device) ? from[device] : undefined;
    return before === undefined ? [] : [{ before, after }];
  });
  return {
    passedBytes: sumKnown(
      pairs.map(({ before, after }) => rise({ from: before.counters?.passedBytes, to: after.counters?.passedBytes })),
    ),
    reclaimedBytes: sumKnown(
      pairs.map(({ before, after }) => rise({ from: after.allocationBytes, to: before.allocationBytes })),
    ),
  };
}

/** Null where none is known. */
function sumKnown(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((bytes) => bytes !== null);
  return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0);
}
