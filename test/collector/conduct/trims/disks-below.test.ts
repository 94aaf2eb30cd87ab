import { describe, expect, it } from 'vitest';
import { disksBelow } from '../../../../collector/src/conduct/trims/disks-below.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import { guestWith } from '../../../protocol/causes/guest-with.ts';

const connected = (inventory: ConnectedGuest['inventory']) => ({ inventory }) as ConnectedGuest;

describe('the disks below the mounts of a trim', () => {
  const guest = connected(
    guestWith({
      filesystems: [
        { mount: '/', devices: ['sda1'] },
        { mount: '/srv', devices: ['sda2', 'sdb'] },
        { mount: '/home', devices: ['sdc'] },
      ],
      layers: [
        { name: 'sda' },
        { name: 'sda1', kind: 'partition', below: ['sda'] },
        { name: 'sda2', kind: 'partition', below: ['sda'] },
        { name: 'sdb' },
        { name: 'sdc' },
      ],
    }),
  );

  it('are those of all of them, each once', () => {
    expect(disksBelow(guest, ['/', '/srv'])).toEqual(['sda', 'sdb']);
  });

  it('are none for a mount that was not announced, and none before the inventory', () => {
    expect(disksBelow(guest, ['/nope'])).toEqual([]);
    expect(disksBelow(connected(null), ['/'])).toEqual([]);
  });

  it('are all of 200 disks, though they have more layers than one filesystem may have', () => {
    const names = Array.from({ length: 200 }, (_, index) => `vd${index}`);
    const wide = guestWith({
      filesystems: names.map((name) => ({ mount: `/${name}`, devices: [`${name}p1`] })),
      layers: names.flatMap((name) => [{ name }, { name: `${name}p1`, kind: 'partition' as const, below: [name] }]),
    });
    expect(
      disksBelow(
        connected(wide),
        names.map((name) => `/${name}`),
      ),
    ).toHaveLength(200);
  });

  it('are at most 256, however many a guest says there are', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `vd${index}`);
    const hostile = guestWith({
      filesystems: names.map((name) => ({ mount: `/${name}`, devices: [name] })),
      layers: names.map((name) => ({ name })),
    });
    expect(
      disksBelow(
        connected(hostile),
        names.map((name) => `/${name}`),
      ),
    ).toHaveLength(256);
  });
});
