import type { DiskResult } from '../../collector/src/model/trim-result.ts';
import { diskOf, type Expected, type LabCase, type LabDisk } from './lab-case.ts';
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
  /** By how much the image's allocation fell, as stat(2) says; by the lab's own look right before and after the trim. */
  readonly allocationDeltaBytes: number;
  /** By how much it had to fall; null: not at all. */
  readonly expectedDeltaBytes: number | null;
  readonly deletedBytes: number;
  readonly writtenBytes: DiskResult['writtenBytes'];
  readonly reclaimedBetween: DiskResult['reclaimedBetween'];
  /** `none`: the trim was refused, or its result does not have the disk. */
  readonly verdict: DiskResult['verdict'] | 'none';
  readonly lostAt: DiskResult['lostAt'];
  readonly cause: DiskResult['cause'];
  readonly sentence: string;
  readonly matchedBy: DiskResult['matchedBy'];
  readonly expected: Expected;
}

export function toRow(parts: { labCase: LabCase; stage: Stage; observations: Observations }): LabRow {
  const { labCase, stage, observations } = parts;
  const { name, stand, trim = 'first', expected, expectedDeltaBytes } = labCase;
  const disk = diskOf(labCase);
  const { id, bus } = disk;
  const observed = observations.get(trim);
  const device = stage.deviceOf(id);
  const path = stage.imageOf(id);
  const result = observed?.disks.find((each) => each.device === device) ?? toNothing(observed?.refusal ?? null);
  if (result.image !== null && result.image !== path)
    throw new Error(`${device} of case ${name} is ${path}, and was taken for ${result.image}`);
  const { hops, writtenBytes, reclaimedBetween, verdict, lostAt, cause, sentence, matchedBy } = result;
  return {
    case: name,
    filesystem: stand.filesystem,
    bus,
    image: describeImage(disk),
    through: stand.through ?? null,
    hops,
    allocationDeltaBytes: observed?.fellBytes.get(path) ?? Number.NaN,
    expectedDeltaBytes,
    deletedBytes: stand.fileBytes,
    writtenBytes,
    reclaimedBetween,
    ...{ verdict, lostAt, cause, sentence, matchedBy, expected },
  };
}

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
    ...(image.place === undefined ? [] : [image.place === 'with-reflink' ? 'on xfs, copied' : 'on ntfs-3g']),
    ...(filter === undefined ? [] : [`below ${filter}`]),
    ...(ignoring.length === 0 ? [] : [`${ignoring.join(' and ')} node ignores`]),
    ...(deviceOptions === undefined ? [] : [deviceOptions]),
  ].join(', ');
}

function toNothing(refusal: string | null) {
  const hops: DiskResult['hops'] = {
    trimmedBytes: null,
    issuedBytes: null,
    receivedBytes: null,
    passedBytes: null,
    reclaimedBytes: null,
    regainedBytes: null,
  };
  const sentence = refusal ?? 'The result of the trim does not have the disk.';
  const silent = {
    image: null,
    matchedBy: null,
    writtenBytes: null,
    reclaimedBetween: null,
    lostAt: null,
    cause: null,
  };
  return { ...silent, hops, verdict: 'none', sentence } as const;
}
