import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertsView } from '../../collector/src/model/alerts-view.ts';
import type { GuestsView, StatusView } from '../../collector/src/model/status.ts';
import type { DiskResult, TrimResult } from '../../collector/src/model/trim-result.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { ensurePackages } from '../support/machine/packages.ts';
import {
  collectorFiles,
  FAST_GUEST_COLLECTOR,
  fastCollectorFiles,
  GUEST_COLLECTOR,
} from '../support/programs/collector-bundle.ts';
import { AGENT_FILES, GUEST_AGENT } from '../support/programs/guest-agent.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

// This kernel has no device-mapper, so a guest plays the host: LVM, the collector and the agent are real and run in it.
// What QEMU would be on a host with KVM is the kernel's NVMe target here (test/support/guest/thin-host.sh): the agent
// trims an NVMe disk, and the target passes the discards to the thin volume.

const MIB = 2 ** 20;
const WRITTEN_BYTES = 200 * MIB;
/** ext4 writes some of its own around a trim, and lvs rounds to a ten-thousandth. */
const TOLERANCE_BYTES = 1.5 * MIB;
const UUID = '4c4c4544-0042-3510-8052-b4c04f4e3132';
const NAME = 'web-1';
/** Where the API of the collector listens in the guest, and that of the one with the fast calendar. */
const API_PORT = 7462;
const FAST_API_PORT = 7471;

/**
 * - nvme_core.io_timeout: seconds. The default of 30 is too short for a disk that shares the processor with two other
 *   guests.
 * - hardened_usercopy: Linux 6.1's NVMe target receives over loopback what is written from a huge page into pages that
 *   lie side by side, and the check takes that for an overrun: it ends the target's thread, and every write waits for
 *   ever.
 */
const THIN_HOST_KERNEL = 'nvme_core.multipath=N nvme_core.io_timeout=60 hardened_usercopy=off';

const DISKS = ['thin-1', 'thick'].map((volume, index) => ({
  image: `/dev/vg-0/${volume}`,
  format: 'raw',
  serial: ['web1-thin', 'web1-thick'][index],
  discard: 'unmap',
}));

let directory: string;
let host: Guest;

beforeAll(async () => {
  await ensurePackages({
    packages: [{ name: 'lvm2', command: 'lvcreate' }],
    say: (line) => console.error(line),
  });
  directory = await mkdtemp('/var/tmp/trimtab-thin-');
  const path = join(directory, 'pool.raw');
  await writeFile(path, '');
  await truncate(path, 3 * 1024 * MIB);
  host = await startGuest({
    name: 'thin-host',
    uuid: UUID,
    memoryMiB: 1024,
    directory: join(directory, 'guest'),
    kernelArguments: THIN_HOST_KERNEL,
    disks: [{ id: 'pool', path, format: 'raw', bus: 'virtio-blk', discard: 'unmap' }],
    files: {
      ...AGENT_FILES,
      ...(await collectorFiles()),
      ...(await fastCollectorFiles()),
      '/usr/bin/thin-host': { hostPath: join(import.meta.dirname, '../support/guest/thin-host.sh') },
    },
  });
  await host.mustRun('sh /usr/bin/thin-host');
  const guests = JSON.stringify([{ name: NAME, uuid: UUID, disk: DISKS }]);
  await host.mustRun(
    `${GUEST_COLLECTOR} serve --accept-unenrolled --guest '${guests}' --api-listen 127.0.0.1:${API_PORT} >/run/collector.log 2>&1 </dev/null &`,
  );
  // An agent that finds nobody waits longer each time.
  await prepareToAsk({ port: API_PORT, socket: '/run/trimtab/collector.sock' });
  await host.mustRun(
    `${GUEST_AGENT} run --collector 127.0.0.1:7461 --minimum-interval 0s >/run/agent.log 2>&1 </dev/null &`,
  );
  await untilConnected();
});

afterAll(async () => {
  await host?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function ask<Answer>(...words: readonly string[]): Promise<Answer> {
  return JSON.parse(await host.mustRun(`${GUEST_COLLECTOR} ${words.join(' ')} --json`));
}

/** While something is waited for: our own program takes an emulated processor three seconds to start. */
/** Waits for a collector's socket, and has a token made for its port. */
async function prepareToAsk({ port, socket }: { port: number; socket: string }): Promise<void> {
  await host.mustRun(`while [ ! -S ${socket} ]; do sleep 0.2; done`);
  const made = await host.mustRun(`${GUEST_COLLECTOR} tokens create test --scope read --socket ${socket} --json`);
  const { token } = JSON.parse(made) as { readonly token: string };
  await host.mustRun(`echo ${token} >/run/token-${port}`);
}

async function askByPort<Answer>({ port, path }: { port: number; path: string }): Promise<Answer | null> {
  const header = `Authorization: Bearer $(cat /run/token-${port})`;
  const { exitCode, stdout } = await host.run(
    `busybox wget -q -O - --header "${header}" http://127.0.0.1:${port}${path}`,
  );
  return exitCode === 0 ? JSON.parse(stdout) : null;
}

async function untilConnected(): Promise<void> {
  // Its own logs: each question takes the guest's only processor.
  const logLength = async () => Number(await host.mustRun('cat /run/collector.log /run/agent.log | wc -c'));
  let logged = await logLength();
  await waitWhileMoving({
    what: `guest ${NAME} connects`,
    movement: [{ what: 'characters of both logs', step: 1, read: () => logged }],
    betweenMs: 500,
    async find() {
      const view = await askByPort<GuestsView>({ port: API_PORT, path: '/v1/guests' });
      logged = await logLength();
      const found = view?.guests.find(({ name }) => name === NAME);
      if (found?.inventory?.filesystems.some(({ mount }) => mount === '/mnt/nvme0n1')) return true;
      throw new Error(
        `no agent: ${JSON.stringify(view)}\n${(await host.run('cat /run/collector.log /run/agent.log')).stdout}`,
      );
    },
  });
}

/**
 * What LVM says, in bytes: of a volume what it has mapped, of the pool what is used. Rounded to a ten-thousandth by
 * lvs.
 */
async function readLvs(volume: string): Promise<number> {
  const text = await host.mustRun(
    `lvs --noheadings --units b --nosuffix -o lv_size,data_percent vg-0/${volume} 2>/dev/null`,
  );
  const [size = 0, percent = 0] = text.trim().split(/\s+/).map(Number);
  return (size * percent) / 100;
}

async function fillAndRemove(mount: string): Promise<void> {
  await host.mustRun(`fill ${mount}/file ${WRITTEN_BYTES} && sync -f ${mount} && rm ${mount}/file && sync -f ${mount}`);
}

async function trim(mount: string): Promise<DiskResult> {
  const { disks } = await ask<TrimResult>('trim', NAME, mount);
  const [disk] = disks;
  if (disk === undefined || disks.length > 1) throw new Error(`not one disk: ${JSON.stringify(disks)}`);
  return disk;
}

async function trimBetweenReadings(): Promise<{ disk: DiskResult; fell: number; poolFell: number }> {
  await fillAndRemove('/mnt/nvme0n1');
  const before = { volume: await readLvs('thin-1'), pool: await readLvs('pool-a') };
  const disk = await trim('/mnt/nvme0n1');
  return {
    disk,
    fell: before.volume - (await readLvs('thin-1')),
    poolFell: before.pool - (await readLvs('pool-a')),
  };
}

describe('a thin pool on a host', () => {
  it('is shown with its metadata, its discards and what happens when it is full, and its volumes by their kind', async () => {
    const { pools, images } = await ask<StatusView>('status', '--now');
    expect(pools).toEqual([
      {
        key: 'vg-0/pool-a',
        kind: 'lvm-thin',
        sizeBytes: 1024 * MIB,
        freeBytes: expect.any(Number),
        capacityBytes: 2048 * MIB,
        allocationBytes: expect.any(Number),
        overcommit: 2,
        metadata: { sizeBytes: 4 * MIB, usedBytes: expect.any(Number) },
        chunkBytes: 65_536,
        discards: 'passdown',
        whenFull: 'queues, then errors',
        nfsVersion: null,
        reflink: true,
      },
    ]);
    const [pool] = pools;
    expect(Math.abs(1024 * MIB - (pool?.freeBytes ?? 0) - (await readLvs('pool-a')))).toBeLessThan(TOLERANCE_BYTES);
    expect(images).toMatchObject([
      { path: '/dev/vg-0/thin-1', kind: 'thin-volume', pool: 'vg-0/pool-a', device: 'nvme0n1', matchedBy: 'serial' },
      { path: '/dev/vg-0/thick', kind: 'thick-volume', pool: null, device: 'nvme1n1', allocationBytes: null },
    ]);
    expect(Math.abs((images[0]?.allocationBytes ?? 0) - (await readLvs('thin-1')))).toBeLessThan(TOLERANCE_BYTES);
  });

  it('reclaimed is what the thin volume lost, regained what the pool won, and both agree with lvs', async () => {
    const { disk, fell, poolFell } = await trimBetweenReadings();
    const { reclaimedBytes, regainedBytes, issuedBytes } = disk.hops;
    expect(disk).toMatchObject({ verdict: 'reclaimed', matchedBy: 'serial', image: '/dev/vg-0/thin-1' });
    expect(fell).toBeGreaterThan(WRITTEN_BYTES * 0.95);
    expect(Math.abs((reclaimedBytes ?? 0) - fell)).toBeLessThan(TOLERANCE_BYTES);
    expect(Math.abs((regainedBytes ?? 0) - poolFell)).toBeLessThan(TOLERANCE_BYTES);
    // The filesystem offers all of its free space; the pool had stored little of it.
    expect(issuedBytes).toBeGreaterThan(1024 * MIB);
  });

  it('nopassdown keeps discards from the disks below, and the pool has its chunks back all the same', async () => {
    await host.mustRun('lvchange -q --discards nopassdown vg-0/pool-a');
    const { disk, fell, poolFell } = await trimBetweenReadings();
    expect(disk.verdict).toBe('reclaimed');
    expect(Math.abs((disk.hops.reclaimedBytes ?? 0) - fell)).toBeLessThan(TOLERANCE_BYTES);
    expect(Math.abs((disk.hops.regainedBytes ?? 0) - poolFell)).toBeLessThan(TOLERANCE_BYTES);
    expect((await ask<StatusView>('status', '--now')).pools).toMatchObject([{ discards: 'nopassdown' }]);
  });

  it('a second trim finds nothing new', async () => {
    expect(await trim('/mnt/nvme0n1')).toMatchObject({ verdict: 'nothing-to-reclaim', hops: { issuedBytes: 0 } });
  });
});

describe('the marks of a thin pool', () => {
  /** A minute of its calendar is a second. A pool of a gigabyte and its metadata are over these marks. */
  const SERVE = `DAY_MS=${24 * 60 * 1000} ${FAST_GUEST_COLLECTOR} serve --accept-unenrolled --listen 127.0.0.1:7470 --socket /run/fast --state-directory /run/fast-state --sample-every 5m --alert-full 15 --alert-metadata 5 --api-listen 127.0.0.1:${FAST_API_PORT}`;

  async function untilFiring(rules: readonly string[]): Promise<AlertsView> {
    const isAsTold = ({ firing }: AlertsView) =>
      firing
        .filter(({ subject }) => subject === 'vg-0/pool-a')
        .map(({ rule }) => rule)
        .toSorted()
        .join() === rules.toSorted().join();
    const logLength = async () => Number(await host.mustRun('cat /run/fast.log | wc -c'));
    let logged = await logLength();
    return waitWhileMoving({
      what: `alerts fire: ${rules.join(', ') || 'none'}`,
      movement: [{ what: 'characters of its log', step: 1, read: () => logged }, host.movement].flat(),
      betweenMs: 1_000,
      async find() {
        const view = await askByPort<AlertsView>({ port: FAST_API_PORT, path: '/v1/alerts' });
        logged = await logLength();
        if (view === null || !isAsTold(view)) return null;
        const told = await ask<AlertsView>('alerts', '--socket', '/run/fast');
        return isAsTold(told) ? told : null;
      },
    });
  }

  it('are told of data and of metadata, each with what to do, and end when a trim has given back', async () => {
    await host.mustRun(`fill /mnt/nvme0n1/file ${WRITTEN_BYTES} && sync -f /mnt/nvme0n1`);
    const guests = JSON.stringify([{ name: NAME, uuid: UUID, disk: DISKS }]);
    await host.mustRun(`${SERVE} --guest '${guests}' >/run/fast.log 2>&1 </dev/null &`);
    await prepareToAsk({ port: FAST_API_PORT, socket: '/run/fast' });
    const { firing } = await untilFiring(['metadata-full', 'pool-full']);
    const hintOf = (rule: string) => firing.find((alert) => alert.rule === rule)?.hint;
    expect(hintOf('metadata-full')).toContain('vg-0/pool-a');
    expect(hintOf('pool-full')).toMatch(/\S/);
    await host.mustRun('rm /mnt/nvme0n1/file && sync -f /mnt/nvme0n1');
    expect(await trim('/mnt/nvme0n1')).toMatchObject({ verdict: 'reclaimed' });
    const { ended } = await untilFiring(['metadata-full']);
    expect(ended).toMatchObject([{ rule: 'pool-full', subject: 'vg-0/pool-a' }]);
  });
});

it('of a thick volume no number is made up: unmeasurable, with the reason', async () => {
  await fillAndRemove('/mnt/nvme1n1');
  const disk = await trim('/mnt/nvme1n1');
  expect(disk).toMatchObject({ verdict: 'unmeasurable', cause: 'image-on-block-device', matchedBy: 'serial' });
  expect(disk.gaps.map(({ fact }) => fact)).toEqual(['received, passed']);
  expect(disk.hops).toMatchObject({ reclaimedBytes: null, regainedBytes: null });
  expect(disk.hops.issuedBytes).toBeGreaterThan(100 * MIB);
  expect(disk.sentence).toContain('thick logical volume');
});
