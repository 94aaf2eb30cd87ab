import { type Cause, type Found, HOPS, type Hop, pageOf } from '@trimtab/protocol/causes';
import { type DoctorDisk, type DoctorFinding, type HopState, standsInTheWay } from '../model/doctor.ts';
import { isSome } from '../model/significant.ts';
import { findIgnoringNode } from './causes/ignoring-nodes.ts';
import { HOST_CAUSES, SHOWN_BY_TRIM } from './causes.ts';
import type { DiskEvidence } from './evidence.ts';
import type { HostCause } from './host-cause.ts';
import { tellKeptBack } from './kept-back.ts';
import type { LastTrim, LastTrims } from './last-trim.ts';
import { readVain } from './vain-trim.ts';

/** What keeps the space of one disk from coming back, from evidence alone. Pure. */
export function diagnoseDisk(
  evidence: DiskEvidence,
  /** Null where there is none. */
  lastTrims: LastTrims | null,
): Omit<DoctorDisk, 'device' | 'disk' | 'unmatched' | 'useToldAt'> {
  const { slack, image } = evidence;
  const { newest, telling: lastTrim, told } = lastTrims ?? NO_TRIMS;
  const findings = listFindings({ evidence, lastTrim, told });
  const standing = findings.filter(standsInTheWay);
  const estimateBytes = slack?.estimateBytes ?? null;
  const vainBytes = readVain({ newest, image });
  // Of what has just brought nothing back, for a reason that nobody knows, nobody can say what it would bring now.
  const couldBytes = vainBytes === null ? estimateBytes : null;
  const noneBytes = couldBytes === null ? null : 0;
  const keptBack = newest === null ? null : tellKeptBack(evidence);
  const nextBytes = keptBack === null ? couldBytes : null;
  const now = standing.every(isCuredByTrim) ? nextBytes : noneBytes;
  const after = standing.every((one) => one.fix !== null || isCuredByTrim(one)) ? couldBytes : now;
  return {
    guestFile: tellGuestFile(evidence),
    image: image?.path ?? evidence.disk?.image ?? null,
    hops: toHopStates({ evidence, standing, lastTrim }),
    slack,
    nowBytes: now,
    afterFixesBytes: after,
    findings,
    lastTrim:
      newest === null
        ? null
        : {
            id: newest.trim.id,
            startedAt: newest.trim.startedAt,
            verdict: newest.disk.verdict,
            reclaimedBytes: newest.disk.hops.reclaimedBytes,
            vainBytes,
            keptBack,
          },
  };
}

function tellGuestFile({ guestFile }: DiskEvidence): DoctorDisk['guestFile'] {
  return guestFile === null ? null : { path: guestFile.path, mount: guestFile.mount };
}

function isCuredByTrim({ cause }: DoctorFinding): boolean {
  return HOST_CAUSES.some((one) => one.id === cause && one.isCuredByTrim === true);
}

/** The cause of this id, if nothing but a trim shows it. */
export function findShown(id: string | null): HostCause | null {
  return SHOWN_BY_TRIM.find((cause) => cause.id === id) ?? null;
}

export function toFinding(
  cause: Cause,
  found: Found & { readonly mount?: string | null },
  seenByTrimAt: string | null = null,
): DoctorFinding {
  const { mount = null, sentence, evidence, fix } = found;
  const { id, hop, effect } = cause;
  return { cause: id, hop, effect, mount, sentence, evidence, fix, page: pageOf(cause), seenByTrimAt };
}

const NO_TRIMS: LastTrims = { newest: null, telling: null, told: null };

interface Shown {
  readonly evidence: DiskEvidence;
  readonly lastTrim: LastTrim | null;
  readonly told: LastTrims['told'];
}

/** From the guest's side down, each cause once, and none that another one explains: a trim would name that one, too. */
function listFindings({ evidence, lastTrim, told }: Shown): readonly DoctorFinding[] {
  const onHost = HOST_CAUSES.flatMap((cause) => {
    const found = cause.find(evidence);
    return found === null ? [] : [toFinding(cause, found)];
  });
  const inGuest = evidence.guestFindings.map(({ cause, ...found }) => toFinding(cause, found));
  const known = [...inGuest, ...onHost];
  const shown = shownByTrim({ evidence, lastTrim, told }).filter(
    ({ cause }) => !known.some((one) => one.cause === cause),
  );
  const all = [...known, ...shown];
  const explained = new Set(
    HOST_CAUSES.flatMap(({ id, explains = [] }) => (all.some(({ cause }) => cause === id) ? explains : [])),
  );
  return all
    .filter(({ cause }) => !explained.has(cause))
    .sort((one, other) => HOPS.indexOf(one.hop) - HOPS.indexOf(other.hop));
}

/** What only a trim can show, if the newest one has shown it, of the image that the disk has now. */
function shownByTrim({ evidence: { image, past, holdsMore }, lastTrim, told }: Shown): readonly DoctorFinding[] {
  if (told === null || lastTrim === null || !lastTrim.isOfThisBoot || lastTrim.disk.image !== (image?.path ?? null))
    return [];
  const { disk, trim } = lastTrim;
  const cause = findShown(disk.cause);
  // What was cured in vain is not stale, whatever it was taken for; nor is what has come back since.
  if (cause === null || (cause.effect === 'stale' && (past.curedInVain || holdsMore === false))) return [];
  const { sentence, evidence, remedy: fix } = told;
  return [toFinding(cause, { sentence, evidence, fix }, trim.startedAt)];
}

function toHopStates({
  evidence,
  standing,
  lastTrim,
}: {
  evidence: DiskEvidence;
  standing: readonly DoctorFinding[];
  lastTrim: LastTrim | null;
}): Readonly<Record<Hop, HopState>> {
  const broken = Math.min(...standing.map(({ hop }) => HOPS.indexOf(hop)));
  const state = (hop: Hop, index: number): HopState => {
    if (broken === index) return 'broken';
    if (index > broken) return 'behind';
    return isKnownGood(hop, evidence, lastTrim) ? 'good' : 'unknown';
  };
  return Object.fromEntries(HOPS.map((hop, index) => [hop, state(hop, index)])) as Record<Hop, HopState>;
}

/** The configuration, the guest's own limits, a counter, or the newest trim says so. */
function isKnownGood(hop: Hop, evidence: DiskEvidence, lastTrim: LastTrim | null): boolean {
  const { filesystems, layers, disk, image, pool, passedEverBytes, past } = evidence;
  const back = lastTrim !== null && lastTrim.disk.image === image?.path ? lastTrim.disk.hops : null;
  const came = past.passedBefore || (image?.format === 'raw' && isSome(passedEverBytes));
  // Of a layer that tells no limits nobody has seen that it takes discards.
  const isSeen = layers.every(({ discard }) => discard.maxBytes !== null || discard.granularityBytes !== null);
  const isOpen = isSeen && filesystems.some(({ obstacle }) => obstacle === null);
  switch (hop) {
    case 'trimmed':
    case 'issued':
      return isOpen;
    case 'received':
      return came || (disk !== null && isOpen);
    case 'passed':
      return came || areNodesSound(evidence);
    case 'reclaimed':
      return isSome(back?.reclaimedBytes ?? null) || (image !== null && image.unmeasured === null);
    case 'regained':
      return isSome(back?.regainedBytes ?? null) || pool?.reflink === false;
  }
}

/**
 * Every node was read and passes discards. What is served over the network passes through a server with a setting of
 * its own, which nobody read; of Ceph's librbd QEMU's node is all there is.
 */
function areNodesSound({ disk, image }: DiskEvidence): boolean {
  if (disk === null || disk.nodes.length === 0 || findIgnoringNode(disk.nodes) !== null) return false;
  return disk.storage !== 'network' || image?.kind === 'rbd';
}
