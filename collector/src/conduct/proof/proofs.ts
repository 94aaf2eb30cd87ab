import type { Disk } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { ProofCase, ProofVerdict } from './proof-round.ts';

/** The disks of one matched guest that no key has paired, each with the disks of its domain that it may be. */
export interface OpenCase {
  readonly guest: { readonly id: GuestId; readonly name: string; readonly bootId: string | null };
  readonly domain: Domain;
  /** All disks of the guest, so that a change among them ends what was remembered. */
  readonly disks: readonly Disk[];
  readonly unmatched: readonly { readonly disk: Disk; readonly candidates: readonly HostDisk[] }[];
}

export interface ProofOutcome {
  /** The guest's disk name → the host's id of the disk. */
  readonly proven: ReadonlyMap<string, string>;
  /** Why a disk was not proven, by the guest's name for it. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** What did not work may work later: the guest was busy, QEMU's monitor was held. */
const RETRY_MS = 10 * 60_000;

/** Guests whose proofs are remembered; more are asked anew. */
const GUESTS_REMEMBERED = 10_000;

interface Remembered {
  readonly situation: string;
  readonly startedMs: number;
  readonly outcome: Promise<ProofOutcome>;
  settled: ProofOutcome | null;
  mayPass: boolean;
}

/**
 * The last resort of matching: asks the agent to read, and remembers what that proved for as long as the guest's boot, its QEMU
 * process and the disks of both stay the same. One case at a time in a guest, one disk after the other.
 */
export function createProofs({
  clock,
  log,
  proveDisk,
}: {
  clock: Clock;
  log: Log;
  proveDisk: (of: ProofCase) => Promise<ProofVerdict>;
}) {
  const remembered = new Map<string, Remembered>();

  return {
    /** With `wait` it takes some seconds the first time; without, what is not known yet is under way and shows in `reasons`. */
    async settle(open: OpenCase, { wait }: { wait: boolean }): Promise<ProofOutcome> {
      const known = recall(open);
      return known.settled ?? (wait ? known.outcome : underWay(open));
    },
    /** A proof that the guest left unfinished is asked anew when it is back. */
    guestLeft(guestId: GuestId): void {
      if (remembered.get(guestId)?.settled === null) remembered.delete(guestId);
    },
  };

  function recall(open: OpenCase): Remembered {
    const situation = describeSituation(open);
    const known = remembered.get(open.guest.id);
    const isStale = known?.mayPass === true && clock.monotonicMs() - known.startedMs > RETRY_MS;
    if (known !== undefined && known.situation === situation && !isStale) return known;
    const begun: Remembered = {
      situation,
      startedMs: clock.monotonicMs(),
      settled: null,
      mayPass: false,
      // After the one before: the agent reads for one proof at a time.
      outcome: (known?.outcome ?? Promise.resolve()).then(() => proveAll(open, begun)),
    };
    remembered.delete(open.guest.id);
    remembered.set(open.guest.id, begun);
    const [oldest] = remembered.keys();
    if (remembered.size > GUESTS_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return begun;
  }

  /** Never rejects: what goes wrong is a reason. */
  async function proveAll({ guest, domain, unmatched }: OpenCase, begun: Remembered): Promise<ProofOutcome> {
    const proven = new Map<string, string>();
    const reasons = new Map<string, string>();
    for (const { disk, candidates } of unmatched) {
      const left = candidates.filter(({ id }) => ![...proven.values()].includes(id));
      const verdict = await proveOne({ guestId: guest.id, domain, disk, candidates: left });
      if (verdict.hostDisk !== null) {
        proven.set(disk.name, verdict.hostDisk.id);
        log.info({ guest: guest.name, disk: disk.name, image: verdict.hostDisk.image }, 'proven by reading');
      } else {
        reasons.set(disk.name, verdict.why);
        begun.mayPass ||= verdict.mayPass;
      }
    }
    begun.settled = { proven, reasons };
    return begun.settled;
  }

  async function proveOne(of: ProofCase): Promise<ProofVerdict> {
    try {
      return await proveDisk(of);
    } catch (error) {
      return { hostDisk: null, why: toCause(error), mayPass: true };
    }
  }
}

export type Proofs = ReturnType<typeof createProofs>;

function underWay({ unmatched }: OpenCase): ProofOutcome {
  const reasons = new Map(unmatched.map(({ disk }) => [disk.name, 'a proof by reading is under way']));
  return { proven: new Map(), reasons };
}

function describeSituation({ guest, domain, disks }: OpenCase): string {
  return JSON.stringify([
    guest.bootId,
    domain.key,
    domain.pid,
    disks.map(({ name, sizeBytes, serial, wwn, pciPath, scsiAddress }) => [
      ...[name, sizeBytes, serial, wwn],
      ...[pciPath, scsiAddress],
    ]),
    domain.disks.map(({ id, image }) => [id, image]),
  ]);
}
