import { describe, expect, it } from 'vitest';
import { createDeviceMapper } from '../../../agent/src/io/device-mapper.ts';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { withTree } from './with-tree.ts';

const BLOCK = '/sys/devices/virtual/block';

/** One ext4 on a dm device of this name, with this said by `dmsetup table`. */
async function tableOf({ name, said }: { name: string; said: string | null }) {
  const tree = {
    files: { '/proc/self/mountinfo': '27 1 253:0 / / rw - ext4 /dev/dm-0 rw', [`${BLOCK}/dm-0/dm/name`]: name },
    links: { '/sys/class/block/dm-0': `${BLOCK}/dm-0`, '/sys/dev/block/253:0': `${BLOCK}/dm-0` },
  };
  const mapper = { ...NO_DEVICE_MAPPER, tables: async () => said };
  const { layers } = await withTree(tree, (files) =>
    takeInventory({ files, mapper, now: 0, facts: null, hasFstrim: null }),
  );
  return layers[0]?.mapperTable;
}

/**
 * As `dmsetup table --manglename none` of lvm2 2.03.16 printed it on Linux 6.1, with LVM on LUKS2, a snapshot, and RAID
 * 5.
 */
const SAID = [
  'l9crypt: 0 1048576 crypt aes-xts-plain64 0000000000000000000000000000000000000000000000000000000000000000 0 8:0 0',
  'v--g-root: 0 409600 snapshot-origin 253:2',
  'v--g-root-real: 0 409600 linear 253:0 2048',
  'v--g-snap: 0 409600 snapshot 253:2 253:3 P 8',
  'v--g-snap-cow: 0 65536 linear 253:0 411648',
  'vault: 0 1015808 crypt aes-xts-plain64 :64:logon:cryptsetup:2392c1be-09c7-4b70-8693-9998ad2fe0a8-d0 0 8:0 32768 1 allow_discards',
  'rg-r5: 0 212992 raid raid5_ls 4 128 nosync region_size 4096 3 253:0 253:1 253:2 253:3 253:4 253:5',
  'moving: 0 8192 linear 253:0 2048',
  'moving: 8192 8192 mirror core 1 1024 2 8:0 0 8:16 0',
  'two: 0 8192 crypt aes-xts-plain64 00 0 8:0 0 1 allow_discards',
  'two: 8192 8192 crypt aes-xts-plain64 00 0 8:16 0',
  'a: b: 0 8192 linear 8:0 0',
  'an odd line',
  '',
].join('\n');

describe('what device-mapper says of a layer', () => {
  it.each([
    ['l9crypt', { targets: ['crypt'], allowsDiscards: false, raidLevel: null }],
    ['vault', { targets: ['crypt'], allowsDiscards: true, raidLevel: null }],
    ['v--g-root', { targets: ['snapshot-origin'], allowsDiscards: null, raidLevel: null }],
    ['v--g-root-real', { targets: ['linear'], allowsDiscards: null, raidLevel: null }],
    ['rg-r5', { targets: ['raid'], allowsDiscards: null, raidLevel: 'raid5_ls' }],
    ['moving', { targets: ['linear', 'mirror'], allowsDiscards: null, raidLevel: null }],
    ['two', { targets: ['crypt'], allowsDiscards: false, raidLevel: null }],
    ['a: b', { targets: ['linear'], allowsDiscards: null, raidLevel: null }],
    ['not there', null],
  ])('%s', async (name, table) => {
    expect(await tableOf({ name, said: SAID })).toEqual(table);
  });

  it('is null where there is no dmsetup, or it may not be asked', async () => {
    expect(await tableOf({ name: 'vault', said: null })).toBeNull();
  });

  it('holds no key, whatever dmsetup prints', async () => {
    const key = 'f00d'.repeat(16);
    const table = await tableOf({
      name: 'plain',
      said: `plain: 0 1048576 crypt aes-xts-plain64 ${key} 0 8:0 0 1 allow_discards`,
    });
    expect(table).toMatchObject({ targets: ['crypt'], allowsDiscards: true });
    expect(JSON.stringify(table)).not.toContain('f00d');
  });

  it('is asked for without keys, and only where there is a dm layer', async () => {
    const calls: string[] = [];
    const commands = {
      has: async () => true,
      async run({ file, args }: { file: string; args: readonly string[] }) {
        calls.push([file, ...args].join(' '));
        return { kind: 'ended' as const, exitCode: 0, stdout: 'said', stderr: '' };
      },
    };
    const mapper = createDeviceMapper({ commands, clock: { after: () => () => {} } });
    expect(await mapper.tables()).toBe('said');
    expect(calls).toEqual(['dmsetup table --manglename none']);
    const disk = { '/proc/self/mountinfo': '27 1 8:0 / / rw - ext4 /dev/sda rw' };
    const links = { '/sys/class/block/sda': '/sys/devices/sda', '/sys/dev/block/8:0': '/sys/devices/sda' };
    await withTree({ files: disk, links }, (files) =>
      takeInventory({ files, mapper, now: 0, facts: null, hasFstrim: null }),
    );
    expect(calls).toHaveLength(1);
  });
});
