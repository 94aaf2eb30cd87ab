import { createSampler } from '../../../../collector/src/conduct/measure/sampler.ts';
import type { DiskPath } from '../../../../collector/src/model/disk-path.ts';
import type { Monitor } from '../../../../collector/src/model/domain.ts';
import type { Allocation, ImageState } from '../../../../collector/src/model/image.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aDisk, aDomain, aHostDisk, GIB } from '../../correlate/examples.ts';
import { anImage } from '../../diagnose/examples.ts';

export const SOCKET: Monitor = { kind: 'socket', path: '/qmp' };
export const LIBVIRT: Monitor = { kind: 'libvirt', uri: 'qemu:///system', domain: 'u' };
export const POOL = { kind: 'ext4', nfsVersion: null, reflink: false, chunkBytes: null, discards: null };

/** QEMU's answers to the three questions, for the devices of these ids. */
export const countersOf = (...ids: readonly string[]) => [
  ids.map((qdev) => ({
    qdev,
    stats: { wr_bytes: 7, unmap_bytes: 5 },
    parent: {
      stats: { wr_bytes: 7 },
      'driver-specific': { driver: 'file', 'discard-bytes-ok': 3, 'discard-nb-failed': 0 },
    },
  })),
  [],
  [],
];

export function aPath({
  name = 'sda',
  id = name,
  image = {},
  pool = {},
  monitors = [SOCKET],
}: {
  name?: string;
  id?: string;
  image?: Partial<ImageState>;
  pool?: Partial<typeof POOL>;
  monitors?: readonly Monitor[];
} = {}): DiskPath {
  const hostDisk = aHostDisk({ id });
  return {
    match: { disk: aDisk({ name }), hostDisk, matchedBy: 'serial', why: null },
    domain: aDomain({ monitors, disks: [hostDisk] }),
    image: anImage({ path: `/images/${name}`, ...image }),
    pool: { ...POOL, ...pool },
    missing: null,
  };
}

/**
 * A host whose images take these many bytes, one value a reading, and whose QEMU lists `sda`. `order` is what was
 * asked, in turn.
 */
export function scene({
  values = [100],
  freeBytes = () => 1_000,
  ask = async () => countersOf('sda') as readonly unknown[],
  mayTaint = true,
  commitPool = async () => true,
}: {
  values?: readonly number[];
  freeBytes?: (reading: number) => number;
  ask?: (monitor: Monitor) => Promise<readonly unknown[]>;
  mayTaint?: boolean;
  commitPool?: () => Promise<boolean>;
} = {}) {
  const clock = createTestClock();
  const order: string[] = [];
  let readings = 0;
  const sampler = createSampler({
    clock,
    allocations: {
      async read(images) {
        order.push(`read ${images.map(({ path }) => path).join(' ')}`);
        const bytes = values[readings] ?? values.at(-1) ?? 0;
        const poolFreeBytes = freeBytes(readings);
        readings += 1;
        const found: Allocation = { allocationBytes: bytes * GIB, physicalBytes: null, poolFreeBytes };
        const gone: Allocation = { allocationBytes: null, physicalBytes: null, poolFreeBytes: null };
        return new Map(images.map(({ path }) => [path, path.includes('gone') ? gone : found]));
      },
    },
    qmp: {
      ask(monitor) {
        order.push(`ask ${monitor.kind}`);
        return ask(monitor);
      },
    },
    readTables: async () => null,
    async readExtents({ path }) {
      order.push(`extents ${path}`);
      return { sharedBytes: 1, unwrittenBytes: 2, encodedBytes: 0, sharedAt: null };
    },
    async readHeldParts({ path }) {
      order.push(`parts ${path}`);
      return { asked: 2, held: 1 };
    },
    commitPool: async ({ path }) => {
      order.push(`commit ${path}`);
      return commitPool();
    },
    settleLimitMs: 1_000,
    mayTaint,
  });
  /** Lets time pass until it is done. */
  async function settled(paths: readonly DiskPath[]) {
    const settling = sampler.settled(paths);
    let isDone = false;
    void settling.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(10);
    }
    return settling;
  }
  return { sampler, settled, order, clock };
}
