import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DiskResult } from '../../../collector/src/model/trim-result.ts';
import { allocationOf } from '../../support/allocation.ts';
import { type Guest, startGuest } from '../../support/guest/guest.ts';
import { prepareGuest } from '../../support/guest/prepare.ts';
import { connectQmp } from '../../support/guest/qmp.ts';
import { runCommand } from '../../support/machine/command.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../../support/programs/guest-agent.ts';

// One guest whose surroundings break one after the other; the order of the tests is that of the damage.
const MIB = 1024 ** 2;
const NAME = 'unlucky';
let directory: string;
let collector: CollectorUnderTest;
let guest: Guest;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-unlucky-'));
  const at = (name: string) => join(directory, name);
  for (const name of ['data', 'deaf']) await runCommand('truncate', ['-s', '1G', at(name)]);
  collector = await startCollectorProgram({ directory });
  guest = await startGuest({
    name: NAME,
    directory: at('guest'),
    disks: [
      { id: 'data', path: at('data'), format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: 'data' },
      {
        id: 'deaf',
        path: at('deaf'),
        format: 'raw',
        bus: 'virtio-scsi',
        discard: 'unmap',
        serial: 'deaf',
        deviceOptions: 'discard_granularity=0',
      },
    ],
    files: AGENT_FILES,
    onBoot: [
      [
        'mkdir -p /data /deaf',
        'for disk in a b; do mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sd$disk; done',
        'mount -o noinit_itable /dev/sda /data && mount -o noinit_itable /dev/sdb /deaf',
        agentCommand({ port: collector.agentPort, args: ['--minimum-interval', '0s'] }),
      ].join(' && '),
    ],
  });
  await collector.untilConnected({ guest: NAME, mounts: ['/data', '/deaf'], movement: guest.movement });
});

afterAll(async () => {
  await guest?.stop();
  await collector?.program.stop();
  await rm(directory, { recursive: true, force: true });
});

it('names the cause and the remedy where a disk takes no discards', async () => {
  const { exitCode, stdout } = await collector.trimtab('trim', NAME, '/deaf');
  expect(exitCode).toBe(32);
  const said = stdout.replaceAll(/\s+/g, ' ');
  expect(said).toContain('/deaf (ext4 on sdb): unsupported: fstrim: /deaf: the discard operation is not supported');
  expect(said).toContain('lost: The guest cannot discard: its device deaf offers none (discard_granularity=0).');
  expect(said).toContain('Fix, with a power cycle: Take discard_granularity=0 off the device deaf.');
});

it('has a verdict while somebody else holds the QMP socket, and says who counts nothing', async () => {
  const holder = await connectQmp({ path: guest.qmpSocket, movement: guest.movement });
  const disk = await trimAfterFilling(40);
  holder.close();
  expect(disk).toMatchObject({ verdict: 'reclaimed', hops: { receivedBytes: null, passedBytes: null } });
  expect(gapOf(disk)).toContain(guest.qmpSocket);
  expect(gapOf(disk)).toContain('A QMP socket serves one client at a time');
});

it('has a verdict when the QMP sockets are gone', async () => {
  // The guest has two; the test holds the second one open all the while.
  await runCommand('rm', [guest.qmpSocket, `${guest.qmpSocket}-test`]);
  const disk = await trimAfterFilling(40);
  expect(disk).toMatchObject({ verdict: 'reclaimed', hops: { receivedBytes: null, passedBytes: null } });
  expect(gapOf(disk)).toContain('there is no such socket');
});

it('fails when the guest has no fstrim, with the remedy', async () => {
  await guest.mustRun('mv /usr/sbin/fstrim /tmp/fstrim');
  const { exitCode, stdout } = await collector.trimtab('trim', NAME, '/data');
  await guest.mustRun('mv /tmp/fstrim /usr/sbin/fstrim');
  expect(exitCode).toBe(32);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('there is no fstrim in this guest Install util-linux');
});

it('measures an image that was deleted by what QEMU has open, and warns that it will be gone', async () => {
  await guest.mustRun(`fill /data/file ${40 * MIB} && sync -f /data && rm /data/file && sync -f /data`);
  await rm(join(directory, 'data'));
  const { disks } = await collector.trim(NAME, '/data');
  expect(disks).toMatchObject([{ verdict: 'reclaimed' }]);
  expect(disks[0]?.hops.reclaimedBytes).toBeGreaterThan(30 * MIB);
  const { stdout: status } = await collector.trimtab('status', '--now');
  expect(status.replaceAll(/\s+/g, ' ')).toMatch(
    /! .*data was deleted while QEMU has it open: it is gone for good when QEMU ends\. .* cp --sparse=always \/proc\//,
  );
});

it('tells a guest whose agent is away from one that nobody knows', async () => {
  await guest.mustRun('kill $(pidof node)');
  await collector.program.says(/"msg":"guest disconnected"/);
  const { exitCode, stderr } = await collector.trimtab('trim', NAME);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^trimtab: cannot trim: unlucky: its agent is not connected\n {2}It was connected before: .* The collector listens on 127\.0\.0\.1:\d+, .*: trimtab enroll GUEST, and in the guest, as root, the line/,
  );
});

async function trimAfterFilling(mebibytes: number): Promise<DiskResult> {
  await guest.mustRun(`fill /data/file ${mebibytes * MIB} && sync -f /data && rm /data/file && sync -f /data`);
  const before = await allocationOf(join(directory, 'data'));
  const { disks } = await collector.trim(NAME, '/data');
  const [disk] = disks;
  if (disk === undefined) throw new Error('the trim has no disk');
  const fellBytes = before - (await allocationOf(join(directory, 'data')));
  expect(Math.abs((disk.hops.reclaimedBytes ?? Number.NaN) - fellBytes)).toBeLessThan(MIB);
  return disk;
}

/** Why QEMU's counters are missing. */
function gapOf({ gaps }: DiskResult): string {
  return gaps.find(({ fact }) => fact === 'received, passed')?.value ?? '';
}
