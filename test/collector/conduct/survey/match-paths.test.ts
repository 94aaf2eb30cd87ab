import { describe, expect, it } from 'vitest';
import { matchPaths } from '../../../../collector/src/conduct/survey/match-paths.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import { aDisk, aDomain, aHostDisk, anIdentity } from '../../correlate/examples.ts';
import { anImage, GIB } from '../../diagnose/examples.ts';
import { aGuest, inventoryOf } from '../trims/trim-examples.ts';

const LOOP = aDisk({
  name: 'loop0',
  serial: null,
  sizeBytes: 4 * GIB,
  backingFile: '/mnt/outer/inner.img',
  backingMount: '/mnt/outer',
});

/** A host with one image, of just the size of the guest's loop device. */
async function matchLoop({ source = 'qemu-process', disk = LOOP }: { source?: Domain['source']; disk?: typeof LOOP }) {
  const identity = anIdentity();
  const hostDisk = aHostDisk({ image: '/images/a.img', serial: null, wwn: null });
  const domain = aDomain({ source, disks: [hostDisk], bootId: identity.bootId });
  const state = anImage({ path: '/images/a.img', capacityBytes: 4 * GIB });
  const [path] = await matchPaths({
    guest: { ...aGuest(), identity, inventory: { ...inventoryOf([]), disks: [disk] } },
    domains: [domain],
    findings: [],
    imageOf: () => ({ state, pool: null, finding: null }),
    settleProof: async () => ({ proven: new Map(), reasons: new Map() }),
  });
  return path?.match;
}

describe('a loop device of a guest', () => {
  it('is never looked for on the host, not even where an image has its size', async () => {
    expect(await matchLoop({})).toMatchObject({
      hostDisk: null,
      why: 'it is a file on /mnt/outer of this guest, /mnt/outer/inner.img',
    });
    expect((await matchLoop({ disk: { ...LOOP, backingMount: null } }))?.why).toBe(
      'it is a file of this guest, /mnt/outer/inner.img',
    );
  });

  it('is looked for as any disk where it is none', async () => {
    expect(await matchLoop({ disk: { ...LOOP, backingFile: null, backingMount: null } })).toMatchObject({
      matchedBy: 'only-one-of-its-size',
    });
  });

  it('of the host itself is a disk with an image', async () => {
    expect((await matchLoop({ source: 'loop-devices' }))?.why ?? null).toBeNull();
  });
});

describe('a disk of a guest that the host does not know', () => {
  const whyNot = async ({ ignoredUsers = [] as readonly string[], productUuid = 'a-uuid' as string | null } = {}) => {
    const [path] = await matchPaths({
      guest: {
        ...aGuest(),
        identity: { ...anIdentity(), productUuid },
        inventory: { ...inventoryOf([]), disks: [aDisk({})] },
      },
      domains: [],
      findings: [],
      ignoredUsers,
      imageOf: () => ({ state: null, pool: null, finding: null }),
      settleProof: async () => ({ proven: new Map(), reasons: new Map() }),
    });
    return path?.match.why;
  };

  it('says whose processes are ignored, and how one of them becomes a guest', async () => {
    expect(await whyNot({ ignoredUsers: ['oneadmin'] })).toBe(
      'no guest of this host has the UUID a-uuid; its process may be one that is ignored (run by oneadmin): if so, name that user in hypervisor-users',
    );
    expect(await whyNot()).toBe('no guest of this host has the UUID a-uuid');
    expect(await whyNot({ ignoredUsers: ['oneadmin'], productUuid: null })).not.toContain('ignored');
  });
});
