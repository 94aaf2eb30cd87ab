import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { ensurePackages } from '../support/machine/packages.ts';
import { AGENT_FILES, GUEST_AGENT } from '../support/programs/guest-agent.ts';

/** The sparse images of the guest, in the order in which it sees them: sda to sdj. */
const DISKS = [
  // integritysetup writes all of it when it formats.
  { id: 'integrity', size: '64M' },
  { id: 'pool', size: '1G' },
  { id: 'disabled', size: '256M' },
  { id: 'coarse', size: '1G', deviceOptions: 'discard_granularity=268435456' },
  { id: 'swap', size: '256M' },
  { id: 'freed', size: '256M' },
  { id: 'parts', size: '256M' },
  { id: 'idle', size: '256M' },
  { id: 'elsewhere', size: '256M' },
  { id: 'snapshots', size: '256M' },
] as const;

interface Finding {
  readonly cause: string;
  readonly mount: string | null;
  readonly disks: readonly string[];
  readonly sentence: string;
  readonly fix: { readonly commands: readonly string[]; readonly note: string | null } | null;
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
      { name: 'fdisk', command: 'sfdisk' },
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
  // Before all other mounts, which would be in that namespace as well, and in use there. It says when it is there.
  'mkdir -p /mnt/elsewhere && mkfs.ext4 -q /dev/sdi',
  `{ unshare -m sh -c 'mount /dev/sdi /mnt/elsewhere && >/run/elsewhere && exec busybox sleep 9999' </dev/null >/dev/null 2>&1 & }`,
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
  // What a deleted volume and a deleted partition had written.
  'mkdir -p /mnt/freed /mnt/parts /mnt/snapshots',
  'pvcreate -q /dev/sdf >&2 && vgcreate -q freed /dev/sdf >&2 && lvcreate -q -y -L 64M -n keep freed >&2',
  'lvcreate -q -y -L 64M -n old freed >&2 && dd if=/dev/zero of=/dev/freed/old bs=1M count=48 oflag=direct status=none',
  'lvremove -q -y freed/old >&2 && mkfs.ext4 -q /dev/freed/keep && mount /dev/freed/keep /mnt/freed',
  'printf "size=64M\\nsize=64M\\n" | sfdisk -q /dev/sdg && dd if=/dev/zero of=/dev/sdg2 bs=1M count=48 oflag=direct status=none',
  'sfdisk -q --delete /dev/sdg 2 && mkfs.ext4 -q /dev/sdg1 && mount /dev/sdg1 /mnt/parts',
  'mkfs.ext4 -q /dev/sdh && mkfs.btrfs -q /dev/sdj && mount /dev/sdj /mnt/snapshots',
  'btrfs subvolume create /mnt/snapshots/a >&2 && btrfs subvolume snapshot /mnt/snapshots/a /mnt/snapshots/b >&2',
  `{ sh -c 'exec 7>/mnt/parts/file; dd if=/dev/zero bs=1M count=8 status=none >&7; rm /mnt/parts/file; echo $$ >/run/open; exec busybox sleep 9999' </dev/null >/dev/null 2>&1 & }`,
  '{ until test -e /run/elsewhere && test -e /run/open; do sleep 0.1; done; }',
].join(' && ');

const allocationOf = async (path: string) => (await stat(path)).blocks * 512;

async function explain(): Promise<readonly Finding[]> {
  return JSON.parse(await guest.mustRun(`${GUEST_AGENT} probe --explain --json || test $? = 1`)).findings;
}

const at = ({ mount = null, disk = null }: { mount?: string | null; disk?: string | null }) =>
  findings.filter((found) => found.mount === mount && (disk === null || found.disks.includes(disk)));

describe('probe --explain in a real guest', () => {
  it.each([
    ['/mnt/integrity', 'dm-integrity', 'sda'],
    ['/mnt/pool', 'guest-thin-pool-keeps-discards', 'sdb'],
    ['/mnt/disabled', 'scsi-discard-disabled', 'sdc'],
    ['/mnt/coarse', 'granularity-above-block-group', 'sdd'],
    [null, 'swap-holds-space', 'sde'],
    [null, 'space-of-no-filesystem', 'sdf'],
    [null, 'space-of-no-filesystem', 'sdg'],
    [null, 'not-mounted', 'sdh'],
    [null, 'mounted-elsewhere', 'sdi'],
    ['/mnt/snapshots', 'guest-snapshots', 'sdj'],
    ['/mnt/parts', 'deleted-still-open', 'sdg'],
  ])('finds of %s one cause: %s', (mount, cause, disk) => {
    expect(at({ mount, disk }).map((finding) => [finding.cause, finding.disks])).toEqual([[cause, [disk]]]);
  });

  it('is right about what fstrim says where the granularity is above a block group', async () => {
    expect(await guest.mustRun('fstrim -v /mnt/coarse')).toContain('(0 bytes) trimmed');
  });

  it.each(['/mnt/integrity', '/mnt/pool', '/mnt/disabled'])(
    'ends what it found of %s with its own commands',
    async (mount) => {
      const commands = at({ mount }).flatMap(({ fix }) => fix?.commands ?? []);
      expect(commands).not.toEqual([]);
      await guest.mustRun(commands.join(' && '));
      expect((await explain()).filter((finding) => finding.mount === mount)).toEqual([]);
      const disk = at({ mount })[0]?.disks[0];
      const discarded = `awk '{ print $14 }' /sys/class/block/${disk}/stat`;
      const before = Number(await guest.mustRun(discarded));
      await guest.mustRun(`${GUEST_AGENT} trim ${mount}`);
      expect(Number(await guest.mustRun(discarded))).toBeGreaterThan(before);
    },
  );

  // 48 MiB were written there; and what is in use beside it stays whole.
  const givesBack = async ({ id, command, beside }: { id: string; command: string; beside: string }) => {
    const before = await allocationOf(join(directory, id));
    await guest.mustRun(command);
    expect(before - (await allocationOf(join(directory, id)))).toBeGreaterThanOrEqual(48 * 2 ** 20);
    await guest.mustRun(`{ umount ${beside} || :; } && e2fsck -fn ${beside} >&2`);
  };

  it('gives the host back the free extents of a volume group, with its own command', async () => {
    const [command = ''] = at({ disk: 'sdf' })[0]?.fix?.commands ?? [];
    await givesBack({ id: 'freed', command, beside: '/dev/freed/keep' });
  });

  it('has no command for a range without a partition: it is given back as the note says', async () => {
    const { commands, note } = at({ mount: null, disk: 'sdg' })[0]?.fix ?? {};
    expect(commands).toEqual([]);
    expect(note).toContain('blkdiscard that partition, without --force, and delete it again');
    const command = [
      'kill $(cat /run/open) && while test -e /proc/$(cat /run/open)/fd/7; do sleep 0.1; done',
      'umount /dev/sdg1 && echo size=64M | sfdisk -q --append /dev/sdg',
      'blkdiscard /dev/sdg2 && sfdisk -q --delete /dev/sdg 2',
    ].join(' && ');
    await givesBack({ id: 'parts', command, beside: '/dev/sdg1' });
  });

  it('trims what is mounted in another namespace, with its own command', async () => {
    const [found] = at({ disk: 'sdi' });
    expect(found?.sentence).toMatch(/^\/dev\/sdi \(256 MiB, ext4\) is mounted only where busybox \(pid \d+\) sees it/);
    expect(await guest.mustRun(found?.fix?.commands.join(' && ') ?? 'false')).toContain('trimmed');
  });

  it('names the process that has a deleted file open, and its size', () => {
    expect(at({ mount: '/mnt/parts' })[0]?.sentence).toMatch(
      / has 8\.0 MiB of deleted files that are still open, by busybox \(pid \d+\)/,
    );
  });

  it('trims a filesystem that is read-only for the agent alone', async () => {
    const inside = `mount -o remount,bind,ro /mnt/snapshots && ${GUEST_AGENT} trim /mnt/snapshots`;
    await guest.mustRun(`unshare -m sh -c '${inside}'`);
  });
});
