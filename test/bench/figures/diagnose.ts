import { stat } from 'node:fs/promises';
import type { Inventory } from '@trimtab/protocol';
import { toDiskEvidence } from '../../../collector/src/conduct/measure/disk-evidence.ts';
import { diagnoseDisk } from '../../../collector/src/diagnose/diagnose-disk.ts';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import type { DiskPath } from '../../../collector/src/model/disk-path.ts';
import { aDisk, aDomain, aHostDisk } from '../../collector/correlate/examples.ts';
import {
  aFilesystem,
  aLayer,
  aQcow2,
  GIB,
  IGNORE,
  NOTHING_SENT,
  trimmed,
  UNMAP,
} from '../../collector/diagnose/examples.ts';
import type { Benchmark } from '../benchmark.ts';
import { median } from '../statistics.ts';

const GUESTS = 1_000;
const DISKS = 3;
const ROUNDS = 11;

/** What is stored of a guest: its inventory, and what the host saw of its disks. */
interface Stored {
  readonly inventory: Inventory;
  readonly paths: readonly DiskPath[];
}

/**
 * The diagnosis of 1,000 guests of three disks, LVM and all, from what was stored of them; every third host ignores
 * discards, every fifth image has a snapshot. Against reading the same evidence from JSON. And one verdict with all
 * that goes before it but the samples, against one stat of an image.
 */
export const diagnose: Benchmark = {
  figures: [
    { figure: 'diagnose-1000', unit: 's', bar: 1, bound: 'at most', decimals: 3 },
    { figure: 'verdict', unit: 'ms', bar: 1, bound: 'at most', decimals: 4 },
  ],
  async measure({ directory, say, signal }) {
    const stored = Array.from({ length: GUESTS }, (_, index) => createGuest(index));
    const text = JSON.stringify(stored);
    const times = { diagnose: [] as number[], parse: [] as number[], verdict: [] as number[], stat: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      signal.throwIfAborted();
      times.diagnose.push(timeOf(() => check(diagnoseAll(stored))));
      times.parse.push(timeOf(() => JSON.parse(text)));
      times.verdict.push(timeOf(() => judgeAll(stored)) / (GUESTS * DISKS));
      const beganMs = performance.now();
      for (let guest = 0; guest < GUESTS; guest += 1) await stat(directory);
      times.stat.push((performance.now() - beganMs) / GUESTS);
    }
    const [diagnosed, parsed, verdict, asked] = [times.diagnose, times.parse, times.verdict, times.stat].map(median);
    say(`diagnosis of ${GUESTS} guests ${diagnosed?.toFixed(0)} ms, their JSON ${parsed?.toFixed(0)} ms`);
    return {
      'diagnose-1000': {
        value: (diagnosed ?? Number.NaN) / 1000,
        against: `JSON.parse of the same evidence, ${(text.length / 1e6).toFixed(1)} MB: ${parsed?.toFixed(0)} ms; medians of ${ROUNDS}`,
      },
      verdict: {
        value: verdict ?? Number.NaN,
        against: `one stat of a file: ${asked?.toFixed(4)} ms; medians of ${ROUNDS} rounds of ${GUESTS * DISKS}`,
      },
    };
  },
};

function createGuest(index: number): Stored {
  const names = Array.from({ length: DISKS }, (_, disk) => `sd${'abc'[disk]}`);
  const disks = names.map((name) => aDisk({ name, sizeBytes: 40 * GIB, serial: `guest-${index}-${name}` }));
  const hostDisks = names.map((name) => aHostDisk({ id: name, nodes: index % 3 === 0 ? IGNORE : UNMAP }));
  const domain = aDomain({ key: `qemu:${index}`, name: `guest-${index}`, disks: hostDisks });
  const layers = names.flatMap((name) => [
    aLayer(`dm-${name}`, { kind: 'dm', label: `/dev/mapper/vg-${name}`, mapperUuid: 'LVM-x', below: [`${name}1`] }),
    aLayer(`${name}1`, { kind: 'partition', below: [name] }),
    aLayer(name),
  ]);
  return {
    inventory: {
      takenAt: 0,
      disks,
      layers,
      swaps: [],
      fstrimTimer: 'disabled',
      hasFstrim: true,
      unreached: null,
      facts: null,
      filesystems: names.map((name) =>
        aFilesystem({ mount: `/mnt/${name}`, devices: [`dm-${name}`], sizeBytes: 39 * GIB, usedBytes: 5 * GIB }),
      ),
    },
    paths: disks.map((disk, at) => ({
      match: { disk, hostDisk: hostDisks[at] ?? null, matchedBy: 'serial', why: null },
      domain,
      image: aQcow2({ path: `/images/${index}-${disk.name}.qcow2`, internalSnapshots: index % 5 === 0 ? 1 : 0 }),
      pool: { kind: 'xfs', nfsVersion: null, reflink: null, chunkBytes: null, discards: null },
      missing: null,
    })),
  };
}

const toEvidence = ({ inventory }: Stored, path: DiskPath) =>
  toDiskEvidence({
    guest: 'guest',
    device: path.match.disk.name,
    path,
    inventory,
    allocationBytes: 20 * GIB,
    counters: null,
    extents: null,
    tables: null,
    covered: null,
    leftBytes: null,
    past: { passedBefore: false, lostBefore: false, curedInVain: false },
    isOff: false,
    repair: null,
  });

function diagnoseAll(stored: readonly Stored[]): number {
  let found = 0;
  for (const guest of stored)
    for (const path of guest.paths) found += diagnoseDisk(toEvidence(guest, path), null).findings.length;
  return found;
}

/** A diagnosis that found nothing was none. */
function check(found: number): void {
  if (found < GUESTS) throw new Error(`only ${found} causes were found`);
}

function judgeAll(stored: readonly Stored[]): void {
  const { trim } = trimmed({ hops: NOTHING_SENT, trim: { holdsMore: true } });
  for (const guest of stored) for (const path of guest.paths) judge({ ...toEvidence(guest, path), trim });
}

function timeOf(work: () => unknown): number {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}
