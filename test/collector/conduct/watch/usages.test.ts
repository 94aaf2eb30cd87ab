import { expect, it } from 'vitest';
import {
  createUsages,
  LEAST_BETWEEN_MS,
  MOST_FILESYSTEMS,
  PLACE_KEPT_MS,
} from '../../../../collector/src/conduct/watch/usages.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { Sample } from '../../../../collector/src/model/series.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aFilesystem } from '../../diagnose/examples.ts';
import { aConnected, INVENTORY, WEB } from '../known-host.ts';

function scene() {
  const clock = createTestClock();
  const samples: Sample[] = [];
  const usages = createUsages({ clock, writer: { add: (added) => void samples.push(...added) } });
  const tell = (guest: ConnectedGuest, ...mounts: readonly string[]) =>
    usages.told(guest, {
      filesystems: mounts.map((mount) => ({ mount, usedBytes: 3, totalBytes: 9 })),
    });
  return { clock, samples, usages, tell, subjects: () => samples.map(({ series }) => series.subject) };
}

const having = (...mounts: readonly string[]) =>
  aConnected({ inventory: { ...INVENTORY, filesystems: mounts.map((mount) => aFilesystem({ mount })) } });

it('what a guest’s filesystems hold is stored as its own, as heard by the clock of this host', () => {
  const { clock, samples, tell } = scene();
  tell(having('/', '/srv'), '/', '/srv');
  const sample = { at: clock.now(), levelBytes: 3, limitBytes: 9 };
  expect(samples).toEqual([
    { ...sample, series: { kind: 'filesystem', subject: `${WEB} /`, device: '' } },
    { ...sample, series: { kind: 'filesystem', subject: `${WEB} /srv`, device: '' } },
  ]);
});

it('only what it announced is, once each, and never more than there is room for', () => {
  const { usages, samples } = scene();
  const nfs = aFilesystem({ mount: '/nfs', devices: [] });
  const guest = aConnected({ inventory: { ...INVENTORY, filesystems: [aFilesystem({ mount: '/' }), nfs] } });
  const filesystems = [
    { mount: '/', usedBytes: 10, totalBytes: 9 },
    { mount: '/', usedBytes: 1, totalBytes: 9 },
    { mount: '/', usedBytes: 2, totalBytes: 9 },
    { mount: '/nfs', usedBytes: 1, totalBytes: 9 },
    { mount: '/etc', usedBytes: 1, totalBytes: 9 },
  ];
  usages.told(guest, { filesystems });
  expect(samples.map(({ series, levelBytes }) => [series.subject, levelBytes])).toEqual([[`${WEB} /`, 1]]);
  usages.told(guest, { filesystems: [{ mount: '/', usedBytes: 0, totalBytes: 0 }] });
  expect(samples).toHaveLength(1);
});

it('nothing is stored of strangers, nor before an inventory, nor of what comes too often', () => {
  const { clock, samples, tell } = scene();
  tell(aConnected({ isKnown: false }), '/');
  tell(aConnected({ inventory: null }), '/');
  expect(samples).toEqual([]);
  for (let minute = 0; minute < 20; minute += 1) {
    tell(having('/'), '/');
    clock.advance(60_000);
  }
  expect(samples).toHaveLength(2);
});

it('a guest that mounts others all day has as many series as one may have, and a new one each day at the most', () => {
  const { clock, subjects, tell } = scene();
  for (let round = 0; round < 2 * MOST_FILESYSTEMS; round += 1) {
    const mount = `/mnt/${round}`;
    tell(having(mount), mount);
    clock.advance(LEAST_BETWEEN_MS);
  }
  const told = new Set(subjects()).size;
  expect(told).toBe(MOST_FILESYSTEMS);
  clock.advance(PLACE_KEPT_MS);
  tell(having('/late'), '/late');
  expect(subjects()).toContain(`${WEB} /late`);
});
