import { expect, it } from 'vitest';
import { examine } from '../../../../collector/src/conduct/doctor/doctor.ts';
import { STATUS } from '../../api/examples.ts';
import { GIB } from '../../correlate/examples.ts';
import { createKnownHost } from '../known-host.ts';

it('tells of the pools that their guests can fill, of a single guest of none', async () => {
  const [pool] = STATUS.pools;
  if (pool === undefined) throw new Error('the example has no pool');
  const room = { ...pool, sizeBytes: 100 * GIB, freeBytes: 20 * GIB };
  const pools = [
    { ...room, key: 'roomy', capacityBytes: 300 * GIB, allocationBytes: 280 * GIB },
    { ...room, key: 'tight', capacityBytes: 90 * GIB, allocationBytes: 69 * GIB },
    { ...room, key: 'fuller', freeBytes: GIB, capacityBytes: 300 * GIB, allocationBytes: 80 * GIB },
  ];
  const sampler = {
    now: async () => ({ samples: {}, restless: [], poolDrift: {}, throughLibvirt: false, commit: null }),
  };
  const deps = { ...createKnownHost({ pools }), sampler, readOutlooks: async () => new Map() };
  expect((await examine(deps, null)).fillable.map(({ key }) => key)).toEqual(['fuller', 'tight']);
  expect((await examine(deps, 'web')).fillable).toEqual([]);
});
