import type { Domain, HostDisk, Monitor } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Qmp } from '../../ports/qmp.ts';
import { askMonitors, type MonitorAnswer } from '../../qemu/ask-monitors.ts';
import { findQdev, parseReadCounts, READ_COUNTS, type ReadCount } from '../../qemu/topology/read-counts.ts';
import type { SizedDisk } from './open-case.ts';
import type { ProofAnswer } from './proof-answers.ts';
import { drawPattern, findMoved, weighMoved } from './proof-pattern.ts';

export interface RoundDeps {
  readonly qmp: Pick<Qmp, 'ask'>;
  readonly randomBelow: (limit: number) => number;
  /** Until the agent may be asked again. */
  readonly pause: (guestId: GuestId) => Promise<void>;
  readonly ask: (asked: { guestId: GuestId; disk: string; units: number[] }) => Promise<ProofAnswer>;
}

export interface ProofCase {
  readonly guestId: GuestId;
  readonly domain: Domain;
  readonly disk: SizedDisk;
  /** The disks of the domain that it may be. */
  readonly candidates: readonly HostDisk[];
  /** May QEMU be asked through libvirt, which notes so on the domain? */
  readonly mayTaint: boolean;
}

export type ProofVerdict =
  | { readonly kind: 'proven'; readonly hostDisk: HostDisk }
  /** `mayPass`: another time it may be otherwise. */
  | { readonly kind: 'open'; readonly why: string; readonly mayPass: boolean };

const ATTEMPTS = 3;

/** Lets the agent read patterns until one disk of its domain is proven to be the one, at most three times. */
export async function proveDisk(
  deps: RoundDeps,
  { guestId, domain, disk, candidates, mayTaint }: ProofCase,
): Promise<ProofVerdict> {
  let suspected: string | null = null;
  let movedToo = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await deps.pause(guestId);
    const units = drawPattern({ attempt, sizeBytes: disk.sizeBytes, randomBelow: deps.randomBelow });
    const before = await countReads({ qmp: deps.qmp, domain, mayTaint });
    if (before.kind === 'silent') return { kind: 'open', why: before.why, mayPass: true };
    const answer = await deps.ask({ guestId, disk: disk.name, units });
    if (answer.kind !== 'read') {
      const { why, mayPass } = explainAnswer(answer);
      if (answer.kind !== 'refused' || !mayPass || attempt + 1 === ATTEMPTS) return { kind: 'open', why, mayPass };
      // Asked by another collector just before, as after a restart of this one.
      continue;
    }
    const after = await countReads({ qmp: deps.qmp, domain, mayTaint });
    if (after.kind === 'silent') return { kind: 'open', why: after.why, mayPass: true };

    const moved = findMoved({ units, before: before.answer, after: after.answer });
    const weighed = weighMoved(moved);
    if (weighed !== null && (weighed.isProof || weighed.qdev === suspected)) {
      const hostDisk = candidates.find((candidate) => findQdev(after.answer, candidate) === weighed.qdev);
      if (hostDisk !== undefined) return { kind: 'proven', hostDisk };
      return {
        kind: 'open',
        why: `its reads show at ${weighed.qdev}, which is not one of the disks in question`,
        mayPass: false,
      };
    }
    suspected = weighed?.qdev ?? null;
    movedToo = moved.atLeast.join(', ');
  }
  const why =
    movedToo === ''
      ? 'its reads show at no disk of this guest'
      : `its reads could not be told from others’ at ${movedToo}`;
  return { kind: 'open', why, mayPass: true };
}

function explainAnswer(answer: Exclude<ProofAnswer, { kind: 'read' }>): { why: string; mayPass: boolean } {
  if (answer.kind === 'away') return { why: 'the agent went away meanwhile', mayPass: true };
  if (answer.kind === 'late') return { why: 'the agent did not answer in time', mayPass: true };
  const { code, cause } = answer.problem;
  return { why: `the agent cannot read it: ${cause}`, mayPass: code === 'busy' || code === 'too-soon' };
}

function countReads({
  qmp,
  domain,
  mayTaint,
}: {
  qmp: Pick<Qmp, 'ask'>;
  domain: Domain;
  mayTaint: boolean;
}): Promise<MonitorAnswer<readonly ReadCount[]>> {
  const ask = async (monitor: Monitor) => parseReadCounts(await qmp.ask(monitor, READ_COUNTS));
  return askMonitors({ monitors: domain.monitors, mayTaint, ask });
}
