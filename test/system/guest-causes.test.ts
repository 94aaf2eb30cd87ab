import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { ensurePackages } from '../support/machine/packages.ts';
import { AGENT_FILES, GUEST_AGENT } from '../support/programs/guest-agent.ts';

/** The sparse images of the guest, in the order in which it sees them: sda to sde. */
const DISKS = [
  // integritysetup writes all of it when it formats.
  { id: 'integrity', size: '64M' },
  { id: 'pool', size: '1G' },
  { id: 'disabled', size: '256M' },
  { id: 'coarse', size: '1G', deviceOptions: 'discard_granularity=268435456' },
  { id: 'swap', size: '256M' },
] as const;

interface Finding {
  readonly cause: string;
  readonly mount: string | null;
  readonly disks: readonly string[];
  readonly fix: { readonly commands: readonly string[] } | null;
}

let directory: string;
let guest: Guest;
let findings: readonly Finding[];

beforeAll(async () => {
  const say = (line: string) => console.error(line);
  await ensurePackages({
    packages: [
      { name: 'lvm2', command: 'lvm' },
      { name: 'cryptsetup-bin', command: 'integritysetup' },
    ],
    say,
  });
  await prepareGuest({ say });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-causes-'));
  for (const { id, size } of DISKS) await runCommand('truncate', ['-s', size, join(directory, id)]);
  guest = await startGuest({
    name: 'causes',
    directory: join(directory, 'guest'),
    disks: DISKS.map(({ size: _, ...disk }) => ({
      ...disk,
      path: join(directory, disk.id),
      format: 'raw',
      bus: 'virtio-scsi',
      discard: 'unmap',
    })),
    files: { ...AGENT_FILES, '/usr/sbin/integritysetup': { hostPath: '/usr/sbin/integritysetup' } },
  });
  await guest.mustRun(SET_UP);
  findings = await explain();
});

afterAll(async () => {
  await guest?.stop();
  await rm(directory, { recursive: true, force: true });
});

const SET_UP = [
  'modprobe dm_integrity && modprobe crc32c_generic && modprobe dm_thin_pool',
  'mkdir -p /mnt/integrity /mnt/pool /mnt/disabled /mnt/coarse',
  'integritysetup format -q /dev/sda >&2 && integritysetup open /dev/sda integ',
  'mkfs.ext4 -q /dev/mapper/integ && mount /dev/mapper/integ /mnt/integrity',
  'pvcreate -q /dev/sdb >&2 && vgcreate -q v-g /dev/sdb >&2',
  'lvcreate -q -y -L 512M -V 256M -T v-g/pool -n thin --discards nopassdown >&2',
  'mkfs.ext4 -q -E nodiscard /dev/v-g/thin && mount /dev/v-g/thin /mnt/pool',
  'mkfs.ext4 -q /dev/sdc && mount /dev/sdc /mnt/disabled',
  // What sd does by itself when the disk answers a discard with ILLEGAL REQUEST.
  'echo disabled > /sys/class/scsi_disk/0:0:2:0/provisioning_mode',
  'mkfs.ext4 -q /dev/sdd && mount /dev/sdd /mnt/coarse',
  'busybox mkswap /dev/sde && busybox swapon /dev/sde',
].join(' && ');

async function explain(): Promise<readonly Finding[]> {
  return JSON.parse(await guest.mustRun(`${GUEST_AGENT} probe --explain --json || test $? = 1`)).findings;
}

const at = (mount: string | null) => findings.filter((finding) => finding.mount === mount);

describe('probe --explain in a real guest', () => {
  it.each([
    ['/mnt/integrity', 'dm-integrity', 'sda'],
    ['/mnt/pool', 'guest-thin-pool-keeps-discards', 'sdb'],
    ['/mnt/disabled', 'scsi-discard-disabled', 'sdc'],
    ['/mnt/coarse', 'granularity-above-block-group', 'sdd'],
    [null, 'swap-holds-space', 'sde'],
  ])('finds of %s one cause: %s', (mount, cause, disk) => {
    expect(at(mount).map((finding) => [finding.cause, finding.disks])).toEqual([[cause, [disk]]]);
  });

  it('is right about what fstrim says where the granularity is above a block group', async () => {
    expect(await guest.mustRun('fstrim -v /mnt/coarse')).toContain('(0 bytes) trimmed');
  });

  it.each(['/mnt/integrity', '/mnt/pool', '/mnt/disabled'])(
    'ends what it found of %s with its own commands',
    async (mount) => {
      const commands = at(mount).flatMap(({ fix }) => fix?.commands ?? []);
      expect(commands).not.toEqual([]);
      await guest.mustRun(commands.join(' && '));
      expect((await explain()).filter((finding) => finding.mount === mount)).toEqual([]);
      const disk = at(mount)[0]?.disks[0];
      const discarded = `awk '{ print $14 }' /sys/class/block/${disk}/stat`;
      const before = Number(await guest.mustRun(discarded));
      await guest.mustRun(`${GUEST_AGENT} trim ${mount}`);
      expect(Number(await guest.mustRun(discarded))).toBeGreaterThan(before);
    },
  );
});
