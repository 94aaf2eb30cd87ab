import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RepairOutcome } from '../../collector/src/cli/views/repair.ts';
import { allocationOf } from '../support/allocation.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';

// A guest whose two disks drop discards becomes one whose disks pass them on, while it runs.
const MIB = 1024 ** 2;
const NAME = 'leaky';
const FILE_BYTES = 80 * MIB;

interface Case {
  readonly title: string;
  readonly device: string;
  readonly image: string;
  readonly format: 'raw' | 'qcow2';
  /** ext4 keeps in mind that a lost trim was one; XFS does not. */
  readonly mkfs: string;
  readonly mountOptions: string;
  /** From the file up. */
  readonly cause: string;
  readonly nodes: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: 'virtio-scsi, qcow2, ext4',
    device: 'sda',
    image: 'scsi.qcow2',
    format: 'qcow2',
    nodes: ['scsi-file', 'scsi-format'],
    cause: 'host-ignores-discard',
    // noinit_itable: no thread of ext4 writes inode tables while we measure.
    mkfs: 'mkfs.ext4 -q -E nodiscard,lazy_itable_init=1',
    mountOptions: 'noinit_itable',
  },
  {
    title: 'virtio-blk, raw behind a throttle node, XFS',
    device: 'vda',
    image: 'blk.raw',
    format: 'raw',
    nodes: ['blk-file', 'blk-format', 'blk-throttle'],
    // The first from the guest's side.
    cause: 'filter-node-ignores-discard',
    mkfs: 'mkfs.xfs -q -K',
    mountOptions: 'defaults',
  },
];

let directory: string;
let collector: CollectorUnderTest;
let guest: Guest;

const at = (name: string) => join(directory, name);
const mountOf = (device: string) => `/mnt/${device}`;
const json = (node: object) => ['-blockdev', JSON.stringify(node)];

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-repair-'));
  for (const { format, image } of CASES) await runCommand('qemu-img', ['create', '-q', '-f', format, at(image), '1G']);
  collector = await startCollectorProgram({ directory });
  guest = await startGuest({
    name: NAME,
    directory: at('guest'),
    disks: [
      {
        id: 'scsi',
        path: at('scsi.qcow2'),
        format: 'qcow2',
        bus: 'virtio-scsi',
        discard: 'ignore',
        serial: 'leaky-scsi',
      },
    ],
    files: AGENT_FILES,
    qemuArguments: [
      ...['-object', 'throttle-group,id=limits,x-bps-total=1000000000'],
      ...json({ driver: 'file', 'node-name': 'blk-file', filename: at('blk.raw'), 'auto-read-only': true }),
      ...json({ driver: 'raw', 'node-name': 'blk-format', file: 'blk-file', 'read-only': false }),
      ...json({ driver: 'throttle', 'node-name': 'blk-throttle', file: 'blk-format', 'throttle-group': 'limits' }),
      ...['-device', 'virtio-blk-pci,id=blk,drive=blk-throttle,serial=leaky-blk,addr=0x10'],
    ],
  });
  for (const { device, mkfs, mountOptions } of CASES)
    await guest.mustRun(
      `${mkfs} /dev/${device} && mkdir -p ${mountOf(device)} && mount -o ${mountOptions} /dev/${device} ${mountOf(device)}`,
    );
  await guest.mustRun(
    `${agentCommand({ port: collector.agentPort, args: ['--minimum-interval', '0s'] })} >/run/agent.log 2>&1 &`,
  );
  await collector.untilConnected({
    guest: NAME,
    mounts: CASES.map(({ device }) => mountOf(device)),
    movement: guest.movement,
  });
});

afterAll(async () => {
  await guest?.stop();
  await collector?.program.stop();
  await rm(directory, { recursive: true, force: true });
});

describe.each(CASES)('$title', ({ device, image, nodes, cause }) => {
  let allocationBytes: number;

  it('loses what it trims', async () => {
    await fillAndEmpty(device);
    const result = await collector.trim(NAME, mountOf(device));
    expect(result.disks).toMatchObject([{ device, verdict: 'lost', lostAt: 'passed', cause }]);
    allocationBytes = await allocationOf(at(image));
    expect(allocationBytes).toBeGreaterThan(FILE_BYTES);
  });

  it('asks before it changes anything, and without somebody to ask is told --yes', async () => {
    const { exitCode, stderr } = await collector.trimtab('repair', NAME, device);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('--yes') });
    expect(await allocationOf(at(image))).toBe(allocationBytes);
  });

  it('is repaired without a restart: the host gets back what the lost trim had given up', async () => {
    const { pid } = guest;
    const uptime = Number((await guest.mustRun('cut -d. -f1 /proc/uptime')).trim());
    const { exitCode, stdout, stderr } = await collector.trimtab('repair', NAME, device, '--yes', '--json');
    const outcome = JSON.parse(stdout || 'null') as RepairOutcome;
    expect({ exitCode, stderr, outcome }).toMatchObject({
      exitCode: 0,
      outcome: {
        plan: { guest: NAME, device, image: at(image), taints: false },
        reopened: nodes,
        notTrimmed: null,
        repaired: true,
        persistent: { commands: [], note: expect.stringContaining('"discard":"unmap"') },
      },
    });
    expect(outcome.trim?.disks).toMatchObject([{ device, verdict: 'reclaimed' }]);
    const fell = allocationBytes - (await allocationOf(at(image)));
    expect(Math.abs(fell / FILE_BYTES - 1)).toBeLessThan(0.05);
    expect(guest.pid).toBe(pid);
    expect(Number((await guest.mustRun('cut -d. -f1 /proc/uptime')).trim())).toBeGreaterThanOrEqual(uptime);
  });

  it('is seen as one that passes discards on, and not repaired twice', async () => {
    const { images } = await collector.status();
    expect(images.find(({ path }) => path === at(image))).toMatchObject({ discard: 'unmap' });
    const again = await collector.trimtab('repair', NAME, device, '--yes');
    expect(again).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('every node of the disk passes discards on'),
    });
  });

  it('reclaims from then on, and its data is what it was', async () => {
    await guest.mustRun(`fill ${mountOf(device)}/kept ${8 * MIB} && sha256sum ${mountOf(device)}/kept >/tmp/sum`);
    await fillAndEmpty(device);
    const before = await allocationOf(at(image));
    const result = await collector.trim(NAME, mountOf(device));
    expect(result.disks).toMatchObject([{ device, verdict: 'reclaimed' }]);
    expect(before - (await allocationOf(at(image)))).toBeGreaterThan(0.95 * FILE_BYTES);
    await guest.mustRun('echo 3 >/proc/sys/vm/drop_caches && sha256sum -c /tmp/sum');
  });
});

async function fillAndEmpty(device: string): Promise<void> {
  const mount = mountOf(device);
  await guest.mustRun(`fill ${mount}/file ${FILE_BYTES} && sync -f ${mount} && rm ${mount}/file && sync -f ${mount}`);
}
