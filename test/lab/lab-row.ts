import type { DiskResult } from '../../collector/src/model/trim-result.ts';
import { diskOf, type Expected, type LabCase, type LabDisk, type Place } from './lab-case.ts';
import type { Observation } from './observe.ts';
import type { Stage } from './stage.ts';
import type { Observations } from './trims.ts';

/** What was measured of a case: by Trimtab, and by the lab itself. The JSON of `npm run lab` is this, a line a case. */
export interface LabRow {
  readonly case: string;
  readonly filesystem: string;
  readonly bus: string;
  /** `qcow2, compat=0.10, over a backing file`. */
  readonly image: string;
  /** Layers in the guest; null where the filesystem lies on the disk itself. */
  readonly through: string | null;
  readonly hops: DiskResult['hops'];
  /**
   * By how much the image's allocation fell, as stat(2) says, right before and after the trim; null when its guest was
   * lost.
   */
  readonly allocationDeltaBytes: number | null;
  /** By how much it had to fall; null: not at all. */
  readonly expectedDeltaBytes: number | null;
  readonly deletedBytes: number;
  readonly writtenBytes: DiskResult['writtenBytes'];
  readonly reclaimedBetween: DiskResult['reclaimedBetween'];
  /**
   * `none`: the trim was refused, its result does not have the disk, or the guest was lost before; `sentence` says
   * which.
   */
  readonly verdict: DiskResult['verdict'] | 'none';
  readonly lostAt: DiskResult['lostAt'];
  readonly cause: DiskResult['cause'];
  readonly sentence: string;
  /** What could not be measured and why is among it. */
  readonly evidence: DiskResult['evidence'];
  readonly matchedBy: DiskResult['matchedBy'];
  /** Null where no image is behind it. */
  readonly expectedMatch: 'serial' | null;
  readonly expected: Expected;
}

export function toRow(parts: {
  readonly labCase: LabCase;
  /** Null when the guest was lost before it stood. */
  readonly stage: Stage | null;
  readonly observations: Observations;
  /** Why there are no more observations; null when there are all. */
  readonly lost: string | null;
}): LabRow {
  const { labCase, stage, observations, lost } = parts;
  const { name, stand, trim = 'first', expected, expectedDeltaBytes } = labCase;
  const disk = diskOf(labCase);
  const { id, bus } = disk;
  const observed = observations.get(trim);
  const path = stage?.imageOf(id) ?? null;
  const device = labCase.device ?? stage?.deviceOf(id) ?? null;
  const result = findResult({ observed, device, path, lost });
  const { hops, writtenBytes, reclaimedBetween, verdict, lostAt, cause, sentence, evidence, matchedBy } = result;
  return {
    case: name,
    filesystem: stand.filesystem,
    bus,
    image: describeImage(disk),
    through: stand.through ?? null,
    hops,
    allocationDeltaBytes: (path === null ? null : observed?.fellBytes.get(path)) ?? null,
    expectedDeltaBytes,
    deletedBytes: stand.fileBytes,
    writtenBytes,
    reclaimedBetween,
    verdict,
    lostAt,
    cause,
    sentence,
    evidence,
    matchedBy,
    expectedMatch: labCase.device === undefined ? 'serial' : null,
    expected,
  };
}

/** The disk's part of a trim's result, or why there is none. */
function findResult(parts: {
  readonly observed: Observation | undefined;
  readonly device: string | null;
  readonly path: string | null;
  readonly lost: string | null;
}): Pick<DiskResult, Exclude<keyof typeof NOTHING_KNOWN, 'verdict'>> & Pick<LabRow, 'verdict'> {
  const { observed, device, path, lost } = parts;
  if (observed === undefined) return { ...NOTHING_KNOWN, sentence: lost ?? 'The trim was not observed.' };
  const result = observed.disks.find((each) => each.device === device);
  if (result === undefined) return { ...NOTHING_KNOWN, sentence: observed.refusal ?? NOTHING_KNOWN.sentence };
  if (result.image === null || result.image === path) return result;
  return { ...NOTHING_KNOWN, sentence: `${device} is ${path}, and was taken for ${result.image}` };
}

const NOTHING_KNOWN = {
  hops: {
    trimmedBytes: null,
    issuedBytes: null,
    receivedBytes: null,
    passedBytes: null,
    reclaimedBytes: null,
    regainedBytes: null,
  },
  writtenBytes: null,
  reclaimedBetween: null,
  verdict: 'none',
  lostAt: null,
  cause: null,
  sentence: 'The result of the trim does not have the disk.',
  evidence: [],
  matchedBy: null,
} as const;

const PLACES: Readonly<Record<Place, string>> = {
  'with-reflink': 'on xfs, copied',
  'without-holes': 'on ntfs-3g',
  'xfs-alone': 'on xfs',
  'btrfs-copied': 'on btrfs, copied',
  'btrfs-snapshot': 'on btrfs, with a snapshot',
  'btrfs-in-one-piece': 'on btrfs, in one piece',
  'btrfs-compressed': 'on btrfs, compressed',
};

/** What is particular about it, for the table. */
function describeImage({
  image,
  discard,
  fileDiscard = discard,
  filter,
  filterDiscard,
  deviceOptions,
}: LabDisk): string {
  const ignoring = [
    ...(filterDiscard === 'ignore' ? ['filter'] : []),
    ...(discard === 'ignore' ? ['format'] : []),
    ...(fileDiscard === 'ignore' ? ['file'] : []),
  ];
  return [
    image.format,
    ...(image.options === undefined ? [] : [image.options]),
    ...(image.base === undefined ? [] : ['over a backing file']),
    ...(image.place === undefined ? [] : [PLACES[image.place]]),
    ...(image.dataFile === undefined
      ? []
      : [`data file, ${image.dataFile === 'ignore' ? 'whose node ignores' : 'followed'}`]),
    ...(image.servedWith === undefined ? [] : [`from qemu-nbd, which has discard=${image.servedWith}`]),
    ...(filter === undefined ? [] : [`below ${filter}`]),
    ...(ignoring.length === 0 ? [] : [`${ignoring.join(' and ')} node ignores`]),
    ...(deviceOptions === undefined ? [] : [deviceOptions]),
  ].join(', ');
}
