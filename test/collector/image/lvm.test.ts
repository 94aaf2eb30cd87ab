import { expect, it } from 'vitest';
import { createImages } from '../../../collector/src/image/images.ts';
import { readVolumes } from '../../../collector/src/image/lvm.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { toHostDisk } from '../../support/host-disk.ts';
import { imageOf } from '../../support/image-read.ts';
import { answerWith, deviceFiles, fixture } from './audited.ts';

const LVS = fixture('lvm/lvs.json');
const STATUS = fixture('lvm/dmsetup-status.txt');
const MIB = 2 ** 20;

it('reads captured volumes and pools, exact to the chunk', async () => {
  const { commands, calls } = answerWith({ lvs: LVS, dmsetup: STATUS });
  const { volumes, thinPools, unavailable } = await readVolumes({ commands });
  expect(unavailable).toBeNull();
  expect(
    volumes.map(({ number, kind, mapperName, pool, mappedBytes }) => [number, kind, mapperName, pool, mappedBytes]),
  ).toEqual([
    ['253:13', 'thin', 'vg--0-b1', 'vg-0/poolb', 27 * 192 * 1024],
    ['253:15', 'thin', 'vg--0-c1', 'vg-0/poolc', 5 * MIB],
    ['253:16', 'thick', 'vg--0-thick', null, null],
    ['253:10', 'thin', 'vg--0-thin--1', 'vg-0/pool-a', 572_672 * 512],
    ['253:11', 'thin', 'vg--0-thin_2', 'vg-0/pool-a', 0],
  ]);
  expect(
    thinPools.map(({ key, usedBytes, chunkBytes, discards, whenFull }) => [
      key,
      usedBytes,
      chunkBytes,
      discards,
      whenFull,
    ]),
  ).toEqual([
    ['vg-0/pool-a', 4474 * 65_536, 65_536, 'passdown', 'queue'],
    ['vg-0/poolb', 27 * 196_608, 196_608, 'nopassdown', 'error'],
    ['vg-0/poolc', 80 * 65_536, 65_536, 'ignore', 'queue'],
  ]);
  expect(thinPools[0]?.metadata).toEqual({ sizeBytes: 4 * MIB, usedBytes: 144 * 4096 });
  expect(calls.map(({ file }) => file)).toEqual(['lvs', 'dmsetup']);
});

it('without dmsetup takes the percentages of lvs, which are within a ten-thousandth', async () => {
  const { commands } = answerWith({ lvs: LVS });
  const { volumes, thinPools } = await readVolumes({ commands });
  const thin = volumes.find(({ mapperName }) => mapperName === 'vg--0-thin--1');
  // The volume grew between the two captures: ext4 still initialised its tables.
  expect(Math.abs((thin?.mappedBytes ?? 0) - 572_672 * 512)).toBeLessThan(2 * MIB);
  expect(thinPools[1]?.usedBytes).toBeGreaterThan(0);
});

it('of a thin volume that has failed nothing is known, and nothing is made up', async () => {
  const failed = STATUS.replace(/thin 572672 4194303/, 'thin Fail');
  const { commands } = answerWith({ lvs: LVS.replace('"13.56"', '""'), dmsetup: failed });
  const { volumes } = await readVolumes({ commands });
  expect(volumes.find(({ number }) => number === '253:10')?.mappedBytes).toBeNull();
});

it.each([
  ['lvs is not installed', {}, 'lvs is not installed on this host'],
  [
    'lvs may not',
    { lvs: { exitCode: 5, stderr: '  /dev/mapper/control: open failed: Permission denied\n' } },
    'lvs: /dev/mapper/control: open failed: Permission denied',
  ],
  ['lvs hangs', { lvs: { exitCode: null } }, 'lvs gave no answer in 10 s'],
  ['lvs says something else', { lvs: '{"report": 3}' }, 'lvs answered'],
])('when %s, the volume says so, and the other images are read', async (_, answers, words) => {
  const image = '/dev/vg-0/thin-1';
  const files = deviceFiles([
    { path: image, number: '253:10', name: 'dm-10', sizeBytes: 2 ** 31, mapperUuid: 'LVM-x' },
    { path: '/dev/sdb1', number: '8:17', name: 'sdb1', sizeBytes: 2 ** 30 },
  ]);
  const { commands } = answerWith(answers);
  const { reads } = await createImages({ files, commands, clock }).inspect(
    [image, '/dev/sdb1'].map((path) => toHostDisk(path, { storage: 'block', format: 'raw' })),
  );
  expect(imageOf(reads[0])).toMatchObject({ kind: 'other', capacityBytes: 2 ** 31, allocationBytes: null });
  expect(imageOf(reads[0]).unmeasured).toContain(words);
  expect(imageOf(reads[1])).toMatchObject({ kind: 'block-device', capacityBytes: 2 ** 30, allocationBytes: null });
});
