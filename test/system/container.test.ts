import { mkdir, mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorView } from '../../collector/src/model/doctor.ts';
import type { DiskResult, TrimResult } from '../../collector/src/model/trim-result.ts';
import { allocationOf } from '../support/allocation.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';

// A real guest whose QEMU is in a mount namespace of its own, as in a container: of its two images, one is another file
// on the host, and one is deleted while it runs. Needs root.

const MIB = 1024 ** 2;
const FILE_BYTES = { sda: 48 * MIB, sdb: 36 * MIB };
const DECOY_BYTES = 200 * MIB;
const NAME = 'in-a-container';

const cleanUp = createCleanUp((text) => console.error(text));
/** Where QEMU has its images, and where the host has them. */
let shown: string;
let real: string;
let collector: CollectorUnderTest;
let guest: Guest;
let doctor: DoctorView;
let trim: TrimResult;
/** By how much each image fell, by our own measure. */
const fell = new Map<string, number>();

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  const directory = await mkdtemp(join(tmpdir(), 'trimtab-container-'));
  cleanUp.add('its folder', () => rm(directory, { recursive: true, force: true }));
  [shown, real] = [join(directory, 'storage'), join(directory, 'volume')];
  await Promise.all([shown, real].map((folder) => mkdir(folder)));
  for (const folder of [shown, real])
    for (const name of ['sda', 'sdb']) await runCommand('truncate', ['-s', '512M', join(folder, `${name}.raw`)]);
  const decoy = [`of=${shown}/sda.raw`, 'if=/dev/urandom', 'bs=1M', `count=${DECOY_BYTES / MIB}`];
  await runCommand('dd', [...decoy, 'conv=notrunc', 'status=none']);
  await unlink(join(shown, 'sdb.raw'));
  collector = await startCollectorProgram({ directory });
  cleanUp.add('the collector', () => collector.program.stop());
  guest = await startGuest({
    name: NAME,
    directory: join(directory, 'guest'),
    disks: ['sda', 'sdb'].map((id) => ({
      id,
      path: join(shown, `${id}.raw`),
      format: 'raw',
      bus: 'virtio-scsi',
      discard: 'unmap',
      serial: `serial-of-${id}`,
    })),
    files: AGENT_FILES,
    through: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', INTO_CONTAINER, 'sh', real, shown],
  });
  cleanUp.add('the guest', () => guest.stop());
  await unlink(join(real, 'sdb.raw'));
  for (const [device, bytes] of Object.entries(FILE_BYTES)) await guest.mustRun(writeAndDelete(device, bytes));
  await guest.mustRun(
    `${agentCommand({ port: collector.agentPort, args: ['--minimum-interval', '0s'] })} >/run/agent.log 2>&1 </dev/null &`,
  );
  await collector.untilConnected({ guest: NAME, mounts: ['/mnt/sda', '/mnt/sdb'], movement: guest.movement });
  doctor = JSON.parse((await collector.trimtab('doctor', NAME, '--json')).stdout);
  const before = await readTruth();
  trim = await collector.trim(NAME);
  for (const [device, bytes] of await readTruth()) fell.set(device, (before.get(device) ?? Number.NaN) - bytes);
});

afterAll(() => cleanUp.run());

const INTO_CONTAINER = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';

function writeAndDelete(device: string, bytes: number): string {
  return [
    'set -e',
    `mkfs.ext4 -q -J size=4 -E nodiscard,lazy_itable_init=1 /dev/${device}`,
    `mkdir -p /mnt/${device}`,
    `mount -o noinit_itable /dev/${device} /mnt/${device}`,
    `dd if=/dev/urandom of=/mnt/${device}/file bs=1M count=${bytes / MIB} conv=fsync status=none`,
    `rm /mnt/${device}/file`,
    `sync -f /mnt/${device}`,
  ].join('\n');
}

async function readTruth(): Promise<Map<string, number>> {
  const deleted = await runCommand('sh', [
    '-c',
    `ls -l /proc/${guest.pid}/fd | sed -n 's/.* \\([0-9]*\\) -> .*sdb.raw (deleted)/\\1/p'`,
  ]);
  const [fd] = deleted.trim().split('\n');
  return new Map([
    ['sda', await allocationOf(join(real, 'sda.raw'))],
    ['sdb', await allocationOf(`/proc/${guest.pid}/fd/${fd}`)],
  ]);
}

function resultOf(device: string): DiskResult {
  const disk = trim.disks.find((each) => each.device === device);
  if (disk === undefined) throw new Error(`the trim has no ${device}`);
  return disk;
}

describe.each([
  ['sda', 'an image that is another file on the host'],
  ['sdb', 'an image that was deleted'],
] as const)('%s: %s', (device, _) => {
  it('is trimmed, and falls by what its own file falls by', () => {
    const disk = resultOf(device);
    expect(fell.get(device)).toBeGreaterThan(0.95 * FILE_BYTES[device]);
    expect(disk).toMatchObject({ verdict: 'reclaimed', image: join(shown, `${device}.raw`), matchedBy: 'serial' });
    expect(Math.abs((disk.hops.reclaimedBytes ?? 0) - (fell.get(device) ?? 0))).toBeLessThan(MIB);
  });

  it('could give back what was deleted, by the doctor', () => {
    const disk = doctor.guests[0]?.disks.find((each) => each.device === device);
    expect(disk?.nowBytes).toBeGreaterThan(0.8 * FILE_BYTES[device]);
    expect(disk?.nowBytes).toBeLessThan(1.5 * FILE_BYTES[device]);
  });
});

it('the status has their own allocation, and says that one of them is deleted', async () => {
  const { images, findings } = await collector.status();
  const truth = await readTruth();
  for (const device of ['sda', 'sdb'])
    expect(images.find(({ path }) => path === join(shown, `${device}.raw`))?.allocationBytes).toBe(truth.get(device));
  expect(findings.map(({ sentence }) => sentence)).toContainEqual(
    expect.stringContaining(`${join(shown, 'sdb.raw')} was deleted while QEMU has it open`),
  );
});
