import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiskResult, TrimResult } from '../../collector/src/model/trim-result.ts';
import { allocationOf } from '../support/allocation.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import type { GuestDisk } from '../support/guest/guest-options.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';

// One guest, eight disks of 4 GiB: virtio-scsi and virtio-blk, raw and qcow2, discard=unmap and discard=ignore.
const MIB = 1024 ** 2;
const NAME = 'eight-cases';

interface Case {
  /** The guest's name for it: disks of a bus come in the order in which QEMU gets them. */
  readonly device: string;
  readonly bus: 'virtio-scsi' | 'virtio-blk';
  readonly format: 'raw' | 'qcow2';
  readonly discard: 'unmap' | 'ignore';
  /** By what the collector has to know it: each disk has one mark only. */
  readonly matchedBy: 'serial' | 'wwn' | 'pci-path';
  readonly mark: Pick<GuestDisk, 'serial' | 'wwn' | 'deviceOptions'>;
  /** Each disk another number, so that two that were mixed up would show. */
  readonly fileBytes: number;
}

const CASES: readonly Case[] = (['virtio-scsi', 'virtio-blk'] as const).flatMap((bus) =>
  (['unmap', 'ignore'] as const).flatMap((discard, row) =>
    (['raw', 'qcow2'] as const).map((format, column): Case => {
      const place = row * 2 + column;
      const device = `${bus === 'virtio-scsi' ? 'sd' : 'vd'}${'abcd'[place]}`;
      const about = { device, bus, format, discard, fileBytes: (96 + 4 * place) * MIB };
      if (discard === 'unmap') return { ...about, matchedBy: 'serial', mark: { serial: `serial-of-${device}` } };
      return bus === 'virtio-scsi'
        ? { ...about, matchedBy: 'wwn', mark: { wwn: `0x5000c50015ea710${place}` } }
        : { ...about, matchedBy: 'pci-path', mark: { deviceOptions: `addr=0x1${place}` } };
    }),
  ),
);

let directory: string;
let collector: CollectorUnderTest;
let guest: Guest;
/** What each image gave back while the first trim ran, by device. */
const fell = new Map<string, number>();
let first: TrimResult;
let second: TrimResult;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-eight-'));
  for (const { device, format } of CASES)
    await runCommand('qemu-img', ['create', '-q', '-f', format, imageOf(device), '4G']);
  collector = await startCollectorProgram({ directory });
  guest = await startGuest({
    name: NAME,
    directory: join(directory, 'guest'),
    disks: CASES.map(({ device, bus, format, discard, mark }) => ({
      id: `disk-${device}`,
      path: imageOf(device),
      bus,
      format,
      discard,
      ...mark,
    })),
    files: AGENT_FILES,
  });
  for (const { device, fileBytes } of CASES) await guest.mustRun(fillAndEmpty(device, fileBytes));
  await guest.mustRun(
    `${agentCommand({ port: collector.agentPort, args: ['--minimum-interval', '0s'] })} >/run/agent.log 2>&1 &`,
  );
  await collector.untilConnected({
    guest: NAME,
    mounts: CASES.map(({ device }) => mountOf(device)),
    movement: guest.movement,
  });

  const before = await allocations();
  first = await collector.trim(NAME);
  const after = await allocations();
  for (const { device } of CASES) fell.set(device, (before.get(device) ?? 0) - (after.get(device) ?? 0));
  second = await collector.trim(NAME);
});

afterAll(async () => {
  await guest?.stop();
  await collector?.program.stop();
  await rm(directory, { recursive: true, force: true });
});

it('is one trim of all eight disks', () => {
  expect(first.filesystems.map(({ mount }) => mount).sort()).toEqual(CASES.map(({ device }) => mountOf(device)).sort());
  expect(first.disks.map(({ device }) => device).sort()).toEqual(CASES.map(({ device }) => device).sort());
});

describe.each(CASES)('$bus, $format, discard=$discard', ({ device, bus, format, discard, matchedBy, fileBytes }) => {
  const ofFirst = () => diskOf(first, device);
  const fallBytes = () => fell.get(device) ?? Number.NaN;

  it('is matched with its own image, by the one mark it has', () => {
    expect(ofFirst()).toMatchObject({ image: imageOf(device), matchedBy });
  });

  it('counts what the guest gave up, and null where QEMU does not count', () => {
    const { trimmedBytes, issuedBytes, receivedBytes } = ofFirst().hops;
    expect(trimmedBytes).toBeGreaterThan(3.5 * 1024 * MIB);
    expect(issuedBytes).toBe(trimmedBytes);
    expect(receivedBytes).toBe(bus === 'virtio-scsi' ? issuedBytes : null);
  });

  it('has reclaimed what the image gave back by our own measure', () => {
    const { reclaimedBytes } = ofFirst().hops;
    expect(Math.abs((reclaimedBytes ?? Number.NaN) - fallBytes())).toBeLessThanOrEqual(MIB);
    if (discard === 'ignore') expect(Math.abs(reclaimedBytes ?? Number.NaN)).toBeLessThan(10 * MIB);
    else expect(Math.abs((reclaimedBytes ?? Number.NaN) / fileBytes - 1)).toBeLessThan(0.02);
  });

  if (discard === 'unmap') {
    it('is reclaimed', () => {
      const { verdict, lostAt, cause, fix, hops } = ofFirst();
      expect({ verdict, lostAt, cause, fix }).toEqual({ verdict: 'reclaimed', lostAt: null, cause: null, fix: null });
      // A raw file is asked for holes too; of a qcow2 image only clusters that were there.
      if (format === 'raw') expect(hops.passedBytes).toBe(hops.issuedBytes);
      else expect(Math.abs((hops.passedBytes ?? Number.NaN) - fallBytes())).toBeLessThanOrEqual(MIB);
    });

    it('has nothing to reclaim the second time', () => {
      const { verdict, hops } = diskOf(second, device);
      expect(verdict).toBe('nothing-to-reclaim');
      expect(Math.abs(hops.reclaimedBytes ?? Number.NaN)).toBeLessThan(MIB);
    });
  } else {
    it('is lost at passed, with the change that fixes it', () => {
      const { verdict, lostAt, cause, fix, hops, evidence } = ofFirst();
      expect({ verdict, lostAt, cause }).toEqual({ verdict: 'lost', lostAt: 'passed', cause: 'host-ignores-discard' });
      expect(hops.passedBytes).toBe(0);
      expect(fix).toContain('"discard":"unmap"');
      expect(evidence).toContainEqual({ fact: `discard of node disk-${device}-format`, value: 'ignore' });
    });

    it('does not call the path sound the second time, when nothing was left to discard', () => {
      expect(diskOf(second, device).verdict).toBe('inconclusive');
    });
  }
});

function imageOf(device: string): string {
  return join(directory, `${device}.img`);
}

function mountOf(device: string): string {
  return `/mnt/${device}`;
}

function diskOf({ disks }: TrimResult, device: string): DiskResult {
  const disk = disks.find((each) => each.device === device);
  if (disk === undefined) throw new Error(`the result has no disk ${device}: ${JSON.stringify(disks)}`);
  return disk;
}

async function allocations(): Promise<Map<string, number>> {
  return new Map(
    await Promise.all(CASES.map(async ({ device }) => [device, await allocationOf(imageOf(device))] as const)),
  );
}

/** noinit_itable: no thread of ext4 writes inode tables while we measure. */
function fillAndEmpty(device: string, bytes: number): string {
  const mount = mountOf(device);
  return [
    `mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/${device}`,
    `mkdir -p ${mount}`,
    `mount -o noinit_itable /dev/${device} ${mount}`,
    `fill ${mount}/file ${bytes}`,
    `sync -f ${mount}`,
    `rm ${mount}/file`,
    `sync -f ${mount}`,
  ].join(' && ');
}
