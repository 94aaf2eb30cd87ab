import { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { describeSituation, type OpenCase, type ProofOutcome } from './open-case.ts';
import type { ProofCase, ProofVerdict } from './proof-round.ts';
import { type ProvenCase, proveAll } from './prove-all.ts';

export interface ProofWish {
  /** Some seconds the first time. Without, what is not known yet is under way and shows in `reasons`. */
  readonly wait: boolean;
  /** May QEMU be asked through libvirt, which notes so on the domain? */
  readonly mayTaint: boolean;
}

/** What did not work may work later: the guest was busy, QEMU's monitor was held. */
const RETRY_MS = 10 * 60_000;

/** Guests whose proofs are remembered; more are asked anew. */
export const GUESTS_REMEMBERED = 10_000;

interface Remembered {
  readonly situation: string;
  readonly startedMs: number;
  readonly mayTaint: boolean;
  readonly outcome: Promise<ProvenCase>;
  settled: ProvenCase | null;
}

/**
 * The last resort of matching: asks the agent to read, and remembers what that proved for as long as the guest's boot,
 * its QEMU process and the disks of both stay the same. One case at a time in a guest, one disk after the other.
 */
export function createProofs({
  clock,
  log,
  proveDisk,
}: {
  clock: Clock;
  log: Log;
  proveDisk: (proofCase: ProofCase) => Promise<ProofVerdict>;
}) {
  const remembered = new Map<GuestId, Remembered>();
  /** The agent reads for one proof at a time. */
  const oneAtATime = createOneAtATime<GuestId>();

  /** What is known of this case, or under way; null when the guest has to be asked. */
  function recall(open: OpenCase, mayTaint: boolean): Remembered | null {
    const known = remembered.get(open.guest.id);
    if (known === undefined || known.situation !== describeSituation(open)) return null;
    if (known.settled?.mayPass !== true) return known;
    const isOld = clock.monotonicMs() - known.startedMs > RETRY_MS;
    const hasAnotherWay = mayTaint && !known.mayTaint;
    return isOld || hasAnotherWay ? null : known;
  }

  function begin(open: OpenCase, mayTaint: boolean): Remembered {
    const { id } = open.guest;
    const begun: Remembered = {
      situation: describeSituation(open),
      startedMs: clock.monotonicMs(),
      mayTaint,
      settled: null,
      outcome: oneAtATime(id, async () => {
        begun.settled = await proveAll({ open, mayTaint, proveDisk, log });
        return begun.settled;
      }),
    };
    remembered.delete(id);
    remembered.set(id, begun);
    const [oldest] = remembered.keys();
    if (remembered.size > GUESTS_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return begun;
  }

  return {
    async settle(open: OpenCase, { wait, mayTaint }: ProofWish): Promise<ProofOutcome> {
      const known = recall(open, mayTaint) ?? begin(open, mayTaint);
      return known.settled ?? (wait ? known.outcome : underWay(open));
    },
    /** A proof that the guest left unfinished is asked anew when it is back. */
    guestLeft(guestId: GuestId): void {
      if (remembered.get(guestId)?.settled === null) remembered.delete(guestId);
    },
  };
}

export type Proofs = ReturnType<typeof createProofs>;

function underWay({ unmatched }: OpenCase): ProofOutcome {
  const reasons = new Map(unmatched.map(({ disk }) => [disk.name, 'a proof by reading is under way']));
  return { proven: new Map(), reasons };
}
