import { beforeEach, describe, expect, it } from 'vitest';
import { takeLost } from '../../../../../collector/src/conduct/trims/conclude/take-lost.ts';
import { createSlots } from '../../../../../collector/src/coordinate/slots.ts';
import { createImages } from '../../../../../collector/src/image/images.ts';
import { clock } from '../../../../../collector/src/io/clock.ts';
import type { DiskPath } from '../../../../../collector/src/model/disk-path.ts';
import type { ImageState } from '../../../../../collector/src/model/image.ts';
import type { TrimResult } from '../../../../../collector/src/model/trim-result.ts';
import type { ClosedTrim } from '../../../../../collector/src/ports/store/trims.ts';
import { openTrim, SAMPLE } from '../../../../contract/store.ts';
import { toHostDisk } from '../../../../support/host-disk.ts';
import { imageOf } from '../../../../support/image-read.ts';
import { createTestClock } from '../../../../support/test-clock.ts';
import { answerWith, deviceFiles, fixture } from '../../../image/audited.ts';
import { pathIn } from '../trim-examples.ts';

const IMAGE = '/dev/vg-0/thin-1';
const GRANTED_AT = 1_000;

/** A collector that has just been started on a host with thin volumes: it has inspected nothing yet. */
function startImages() {
  const files = deviceFiles([
    { path: IMAGE, number: '253:10', name: 'dm-10', sizeBytes: 2 ** 31, mapperUuid: 'LVM-x' },
  ]);
  const { commands } = answerWith({
    lvs: fixture('lvm/lvs.json'),
    dmsetup: fixture('lvm/dmsetup-status-trimmed.txt'),
  });
  return createImages({ files, commands, clock });
}

let path: DiskPath;
beforeEach(async () => {
  const hostDisk = toHostDisk(IMAGE, { storage: 'block', format: 'raw' });
  // By the collector that granted the trim.
  const image = imageOf((await startImages().inspect([hostDisk])).reads[0]);
  const example = pathIn({ disk: 'vda', pool: '/pool' });
  path = { ...example, match: { ...example.match, hostDisk }, image };
});

async function lose(): Promise<TrimResult> {
  const images = startImages();
  const clock = createTestClock();
  const sample = async (image: ImageState) => {
    const { allocationBytes, poolFreeBytes } = (await images.read([image])).get(image.path) ?? {};
    return { ...SAMPLE, allocationBytes: allocationBytes ?? null, poolFreeBytes: poolFreeBytes ?? null };
  };
  return takeLost(
    {
      clock,
      log: { info() {}, warn() {}, error() {} },
      slots: createSlots(1),
      inspect: images.inspect,
      sampler: {
        settled: async ([{ image } = path]) => ({
          samples: image === null ? {} : { vda: await sample(image) },
          restless: [],
          poolDrift: {},
          throughLibvirt: false,
          commit: null,
        }),
      },
      store: {
        findTrim: async () => null,
        withdrawTrim: async () => {},
        earlierTrims: async () => [],
        closeTrim: async ({ result }: ClosedTrim) => result,
      },
    },
    { open: { ...openTrim({ n: 1, grantedAt: GRANTED_AT }), paths: [path] }, how: 'qemu-ended' },
  );
}

describe('what is stored of a trim whose guest is gone', () => {
  it('has the allocation of a thin volume, also where this collector has inspected none', async () => {
    const [disk] = (await lose()).disks;
    expect(disk?.allocationBytes.after).toEqual(expect.any(Number));
    expect(disk?.hops.reclaimedBytes).toEqual(expect.any(Number));
  });

  it('has no duration, which nobody measured', async () => {
    expect(await lose()).toMatchObject({
      startedAt: new Date(GRANTED_AT).toISOString(),
      durationMs: null,
      filesystems: [{ mount: '/', durationMs: null }],
    });
  });

  it('says of the pool that its slot was given back, and of no other trim that it ran', async () => {
    const regained = (await lose()).disks.flatMap(({ gaps }) => gaps.filter(({ fact }) => fact === 'regained'));
    expect(regained).toMatchObject([{ value: expect.stringMatching(/^its slot .* given back/) }]);
  });
});
