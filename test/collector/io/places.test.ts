import { expect, it } from 'vitest';
import { createPlaces } from '../../../collector/src/io/places.ts';

const { placeOf } = createPlaces();

it.each([
  // A link in a folder of the root filesystem may lead to any other.
  ['/srv/guests/a.raw', '/srv/guests'],
  ['/sys/block/sda/size', '/sys'],
  ['/dev/mapper/vg-a', '/dev/mapper/vg-a'],
  ['/dev/shm/a.raw', '/dev/shm'],
  ['/proc/4711/cmdline', '/proc/4711'],
  ['/proc/4711/root/mnt/a.raw', '/proc/4711'],
  ['/proc/meminfo', '/proc'],
  ['relative', '.'],
])('for %s answers %s', (path, place) => expect(placeOf(path).name).toBe(place));

it('trusts a disk of this host more than what is elsewhere, or the root of another process', () => {
  const isRemote = (path: string) => placeOf(path).isRemote;
  expect(['/sys/block', '/proc/meminfo', '/dev/shm/a'].map(isRemote)).toEqual([false, false, false]);
  expect(['/proc/1/root/a', '/dev/mapper/vg-a'].map(isRemote)).toEqual([true, true]);
});

it('gives each folder of one filesystem the device of that', () => {
  const deviceOf = (path: string) => placeOf(path).device;
  expect(deviceOf('/srv/a/x')).toBe(deviceOf('/srv/b/x'));
  expect(deviceOf('/srv/a/x')).not.toBe(deviceOf('/sys/block'));
  expect(deviceOf('/dev/mapper/vg-a')).not.toBe(deviceOf('/dev/mapper/vg-b'));
});
