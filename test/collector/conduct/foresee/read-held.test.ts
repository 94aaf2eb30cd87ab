import { expect, it } from 'vitest';
import { readHeld } from '../../../../collector/src/conduct/foresee/read-held.ts';
import type { DiskResult, TrimResult, Verdict } from '../../../../collector/src/model/trim-result.ts';
import { TRIM } from '../../api/examples.ts';
import { aDisk, aHostDisk, GIB } from '../../correlate/examples.ts';
import { aFilesystem, aLayer, IGNORE, UNMAP } from '../../diagnose/examples.ts';
import { aConnected, createKnownHost, INVENTORY, WEB, WEB_DOMAIN } from '../known-host.ts';

const reading = (given: Parameters<typeof createKnownHost>[0] = {}, pool = '/images') => {
  const known = createKnownHost(given);
  return readHeld({ ...known, readHost: known.survey.readAll }, pool);
};

const aTrim = (verdict: Verdict): TrimResult => ({
  ...TRIM,
  disks: TRIM.disks
    .slice(0, 1)
    .map((disk): DiskResult => ({ ...disk, device: 'sda', image: '/images/web.raw', verdict })),
});

const aDomainOf = (nodes: typeof UNMAP) => ({
  ...WEB_DOMAIN,
  disks: [aHostDisk({ id: 'disk0', image: '/images/web.raw', serial: 'web-root', nodes })],
});

it('knows which filesystems lie on an image, by what its guest has told', async () => {
  const filesystems = ['/', '/home'].map((mount) => aFilesystem({ mount, sizeBytes: GIB, usedBytes: GIB / 2 }));
  const connected = [aConnected({ inventory: { ...INVENTORY, filesystems } })];
  expect(await reading({ connected })).toEqual([
    { image: '/images/web.raw', filesystems: [`${WEB} /`, `${WEB} /home`], passes: true },
  ]);
  expect(await reading({}, '/elsewhere')).toEqual([]);
  expect(await reading({ connected: [] })).toEqual([]);
});

it.each([
  ['reclaimed', UNMAP, true],
  ['nothing-to-reclaim', IGNORE, true],
  ['lost', UNMAP, false],
  ['held', UNMAP, false],
  // It says nothing: then QEMU's nodes do.
  ['failed', UNMAP, true],
  ['failed', IGNORE, false],
  ['failed', [], false],
] as const)('after a trim that was %s, discards pass or not', async (verdict, nodes, passes) => {
  const found = await reading({ domains: [aDomainOf([...nodes])], trims: [aTrim(verdict)] });
  expect(found).toMatchObject([{ image: '/images/web.raw', passes }]);
});

it('a filesystem that cannot be trimmed keeps its image from being counted as passing', async () => {
  const obstacle = { code: 'no-discard', sentence: 'It cannot.', hint: null } as const;
  const filesystems = INVENTORY.filesystems.map((one) => ({ ...one, obstacle }));
  expect(await reading({ connected: [aConnected({ inventory: { ...INVENTORY, filesystems } })] })).toMatchObject([
    { passes: false },
  ]);
});

it('of what lies on two disks nobody knows how much of it is on each', async () => {
  const inventory = {
    ...INVENTORY,
    disks: [...INVENTORY.disks, aDisk({ name: 'sdb', serial: 'other' })],
    layers: [...INVENTORY.layers, aLayer('sdb')],
    filesystems: INVENTORY.filesystems.map((one) => ({ ...one, devices: ['sda', 'sdb'] })),
  };
  expect(await reading({ connected: [aConnected({ inventory })] })).toEqual([]);
});

it('an image that the guest may only read gives nothing back', async () => {
  const disks = WEB_DOMAIN.disks.map((disk) => ({ ...disk, readOnly: true }));
  expect(await reading({ domains: [{ ...WEB_DOMAIN, disks }] })).toEqual([]);
});
