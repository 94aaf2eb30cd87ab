import { describe, expect, it } from 'vitest';
import { createDeviceMapper } from '../../../agent/src/io/device-mapper.ts';
import type { CommandResult } from '../../../agent/src/ports/commands.ts';
import { type DeviceMapper, NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { layOutTree, readTree } from './kernel-tree.ts';
import { withTree } from './with-tree.ts';

async function inventoryOf(name: string) {
  const tree = await layOutTree(await readTree(name));
  try {
    return await takeInventory({ files: tree.files, mapper: NO_DEVICE_MAPPER, now: 0, facts: null, hasFstrim: null });
  } finally {
    await tree.remove();
  }
}

const probe = (tree: Parameters<typeof withTree>[0], mapper: DeviceMapper = NO_DEVICE_MAPPER) =>
  withTree(tree, (files) => takeInventory({ files, mapper, now: 0, facts: null, hasFstrim: null }));

describe('what causes are told by', () => {
  it('is read of layers, filesystems, swap and the timer of the distribution', async () => {
    const inventory = await inventoryOf('lvm-luks-md');
    expect(inventory.filesystems).toMatchObject([
      { mount: '/', blockBytes: 4096, inFstab: true },
      { mount: '/srv/data', blockBytes: 4096, inFstab: false },
    ]);
    expect(inventory.swaps).toEqual([{ device: 'vda2', sizeBytes: 1_073_737_728, usedBytes: 2_097_152 }]);
    expect(inventory.layers.find(({ name }) => name === 'vda2')).toMatchObject({ kind: 'partition', below: ['vda'] });
    expect(inventory.fstrimTimer).toBe('enabled');
    expect(inventory.layers.find(({ name }) => name === 'dm-0')?.mapperUuid).toMatch(/^CRYPT-LUKS2-/);
    expect(inventory.layers.find(({ name }) => name === 'md0')?.mapperUuid).toBeNull();
  });

  it('is the mode in which sd discards, for SCSI and SATA', async () => {
    const { disks } = await inventoryOf('qemu-buses');
    const modes = disks.map(({ name, provisioningMode }) => [name, provisioningMode]);
    expect(Object.fromEntries(modes)).toEqual({
      sda: 'unmap',
      sdb: 'full',
      sdc: 'disabled',
      sdd: 'writesame_16',
      vda: null,
      vdb: null,
    });
  });
});

describe('/etc/fstab', () => {
  const MOUNTED = {
    '/proc/self/mountinfo': ['27 1 254:0 / / rw - ext4 /dev/vda rw', '28 27 254:0 /a /also rw - ext4 /dev/vda rw'],
  };

  it('counts every mount point of a filesystem, and one with a slash at its end', async () => {
    const fstab = ['LABEL=a /also/ ext4 defaults 0 0'];
    expect((await probe({ files: { ...MOUNTED, '/etc/fstab': fstab } })).filesystems).toMatchObject([
      { inFstab: true },
    ]);
    const other = ['LABEL=a /other ext4 defaults 0 0'];
    expect((await probe({ files: { ...MOUNTED, '/etc/fstab': other } })).filesystems).toMatchObject([
      { inFstab: false },
    ]);
  });

  it.each([{}, { '/etc/fstab': '# UNCONFIGURED FSTAB FOR BASE SYSTEM' }])(
    'says nothing where it is %j',
    async (files) => {
      expect((await probe({ files: { ...MOUNTED, ...files } })).filesystems).toMatchObject([{ inFstab: null }]);
    },
  );
});

describe('fstrim.timer', () => {
  it('is disabled where only its unit is there, and nothing where there is none', async () => {
    const unit = { '/usr/lib/systemd/system/fstrim.timer': '[Timer]' };
    expect((await probe({ files: unit })).fstrimTimer).toBe('disabled');
    expect((await probe({})).fstrimTimer).toBeNull();
  });
});

describe('/proc/swaps', () => {
  const NAME = '/sys/devices/virtual/block';
  const device = (name: string) => ({
    files: { [`${NAME}/${name}/size`]: '2097152' },
    links: { [`/sys/class/block/${name}`]: `${NAME}/${name}` },
  });
  const swaps = async (...lines: string[]) => {
    const [vdb, zram0] = [device('vdb'), device('zram0')];
    const files = { ...vdb.files, ...zram0.files, '/proc/swaps': ['Filename Type Size Used Priority', ...lines] };
    return (await probe({ files, links: { ...vdb.links, ...zram0.links } })).swaps;
  };

  it('counts block devices, and neither files nor memory', async () => {
    expect(
      await swaps(
        '/swap\\040file                            file\t\t1024\t\t0\t\t-2',
        '/dev/zram0                              partition\t1024\t\t0\t\t100',
        '/dev/vdb                                partition\t1024\t\t8\t\t-3',
      ),
    ).toEqual([{ device: 'vdb', sizeBytes: 1_048_576, usedBytes: 8192 }]);
  });

  it('is not believed where it makes no sense', async () => {
    expect(await swaps('/dev/vdb partition', '/dev/vdb partition -1 0 0', '/dev/gone partition 1 0 0')).toEqual([]);
  });
});

describe('a thin pool inside the guest', () => {
  const POOL = '/sys/devices/virtual/block/dm-3';
  const tree = {
    files: {
      '/proc/self/mountinfo': '27 1 253:3 / / rw - ext4 /dev/dm-3 rw',
      [`${POOL}/dm/name`]: 'vg-pool-tpool',
      [`${POOL}/dm/uuid`]: `LVM-${'a'.repeat(64)}-tpool`,
    },
    links: { '/sys/class/block/dm-3': POOL, '/sys/dev/block/253:3': POOL },
  };

  // As `dmsetup status --noflush --target thin-pool` printed it (lvm2 2.03, Linux 6.1).
  it.each([
    ['discard_passdown', 'passdown'],
    ['no_discard_passdown', 'nopassdown'],
    ['ignore_discard', 'ignore'],
    ['queue_if_no_space', null],
  ])('that says %s: %s', async (word, thinDiscards) => {
    const line = ({ name, said }: { name: string; said: string }) =>
      `${name}: 0 1900000 thin-pool 0 418/4096 0/14843 - rw ${said} - 1024 `;
    const status = [
      line({ name: 'other-pool-tpool', said: 'ignore_discard' }),
      line({ name: 'vg-pool-tpool', said: word }),
      '',
    ].join('\n');
    expect((await probe(tree, { ...NO_DEVICE_MAPPER, thinPools: async () => status })).layers).toMatchObject([
      { name: 'dm-3', thinDiscards },
    ]);
  });

  it('is null where nobody can be asked', async () => {
    expect((await probe(tree)).layers).toMatchObject([{ thinDiscards: null }]);
  });

  it('alone makes the agent ask dmsetup for the pools', async () => {
    const uuid = { [`${POOL}/dm/uuid`]: 'LVM-aaaa' };
    const never = () => Promise.reject(new Error('dmsetup was asked'));
    const mapper = { ...NO_DEVICE_MAPPER, thinPools: never };
    expect((await probe({ ...tree, files: { ...tree.files, ...uuid } }, mapper)).layers).toHaveLength(1);
  });

  it.each([
    [{ kind: 'missing' }, null],
    [{ kind: 'ended', exitCode: 1, stdout: '', stderr: 'Permission denied' }, null],
    [{ kind: 'ended', exitCode: 0, stdout: 'said', stderr: '' }, 'said'],
  ] as [CommandResult, string | null][])('is asked with dmsetup, which may answer %j', async (result, expected) => {
    const calls: unknown[] = [];
    const commands = {
      has: async () => true,
      async run({ file, args }: { file: string; args: readonly string[] }) {
        calls.push([file, ...args]);
        return result;
      },
    };
    expect(await createDeviceMapper({ commands, clock: { after: () => () => {} } }).thinPools()).toBe(expected);
    expect(calls).toEqual([['dmsetup', 'status', '--noflush', '--target', 'thin-pool']]);
  });
});
