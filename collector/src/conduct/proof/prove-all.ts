import { toCause } from '@trimtab/protocol/shared';
import type { Log } from '../../ports/log.ts';
import type { OpenCase, ProofOutcome } from './open-case.ts';
import type { ProofCase, ProofVerdict } from './proof-round.ts';

export interface ProvenCase extends ProofOutcome {
  /** Another time more may be proven. */
  readonly mayPass: boolean;
}

/** Proves the disks of a case one after the other. Never rejects: what goes wrong is a reason. */
export async function proveAll({
  open,
  mayTaint,
  proveDisk,
  log,
}: {
  open: OpenCase;
  mayTaint: boolean;
  proveDisk: (proofCase: ProofCase) => Promise<ProofVerdict>;
  log: Log;
}): Promise<ProvenCase> {
  const { guest, domain, unmatched } = open;
  const proven = new Map<string, string>();
  const reasons = new Map<string, string>();
  let mayPass = false;
  for (const { disk, candidates } of unmatched) {
    const left = candidates.filter(({ id }) => ![...proven.values()].includes(id));
    const proofCase: ProofCase = { guestId: guest.id, domain, disk, candidates: left, mayTaint };
    const verdict = await proveDisk(proofCase).catch(
      (error): ProofVerdict => ({ kind: 'open', why: toCause(error), mayPass: true }),
    );
    if (verdict.kind === 'proven') {
      proven.set(disk.name, verdict.hostDisk.id);
      log.info({ guest: guest.name, disk: disk.name, image: verdict.hostDisk.image }, 'proven by reading');
    } else {
      reasons.set(disk.name, verdict.why);
      mayPass ||= verdict.mayPass;
    }
  }
  return { proven, reasons, mayPass };
}
