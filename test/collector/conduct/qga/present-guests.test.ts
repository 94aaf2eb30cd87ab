import { beforeEach, describe, expect, it } from 'vitest';
import { createPresentGuests, PRESENT_MS } from '../../../../collector/src/conduct/qga/present-guests.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { DescribedByQemuGa } from '../../../../collector/src/model/guest-inside.ts';
import type { ShownGuest } from '../../../../collector/src/ports/store/guests.ts';
import { createTestClock, type TestClock } from '../../../support/test-clock.ts';
import { aDomain } from '../../correlate/examples.ts';
import { inventoryOf } from '../trims/trim-examples.ts';

const WEB = aDomain({ name: 'web' });
const DB = aDomain({ key: 'qemu:200', name: 'db', uuid: null, guestUuid: null });
const DESCRIBED: DescribedByQemuGa = {
  channel: { kind: 'socket', path: '/qga', qmpPaths: [] },
  version: '7.2.22',
  allows: { fstrim: true, fsinfo: true },
  inventory: inventoryOf(['vda']),
  addresses: new Map(),
  withheld: null,
  toldAt: 0,
};
const withheld = (code: string) => ({ code, operation: 'ask', subject: 'web', cause: 'no', hint: 'Mend it.' });

let clock: TestClock;
let shown: ShownGuest[];
let present: ReturnType<typeof createPresentGuests>;
beforeEach(() => {
  clock = createTestClock();
  shown = [];
  present = createPresentGuests({
    clock,
    links: { isConnected: () => false, rename() {} },
    store: {
      recognise: async (guest) => {
        shown.push(guest);
        return { id: guest.name as GuestId, name: guest.name, renamed: [], forgotten: [] };
      },
    },
    release() {},
  });
});

const enter = (described = DESCRIBED, domain = WEB) =>
  present.enter({ domain, domains: [WEB, DB], described, mayTaint: false });

describe('a guest that is to be trimmed through its qemu-ga', () => {
  it('is known by the UUID of its domain, and bears its name', async () => {
    await enter();
    expect(shown).toMatchObject([{ name: 'web', namedBy: 'hypervisor', takenNames: new Set(['db']) }]);
  });

  it('has its own name also where the host was read again meanwhile', async () => {
    await present.enter({ domain: WEB, domains: [{ ...WEB }, { ...DB }], described: DESCRIBED, mayTaint: false });
    expect(shown).toMatchObject([{ name: 'web', takenNames: new Set(['db']) }]);
  });

  it('is nobody’s where its QEMU has no UUID, and how it gets one is told', async () => {
    const refused = await enter(DESCRIBED, DB).catch((error) => error.detail);
    expect(refused).toMatchObject({ code: 'guest-agent-no-uuid', hint: expect.stringContaining('-uuid') });
    expect(shown).toEqual([]);
  });

  it.each([
    ['is frozen', 'guest-agent-frozen', DESCRIBED.inventory],
    ['tells neither of filesystems nor of disks', 'guest-agent-forbids', null],
  ])('that %s is not begun with, for its own reason', async (_, code, inventory) => {
    const refused = await enter({ ...DESCRIBED, inventory, withheld: withheld(code) }).catch((error) => error.detail);
    expect(refused).toMatchObject({ code, subject: 'web', hint: 'Mend it.' });
    expect(shown).toEqual([]);
  });

  it('that may not tell of its filesystems, and tells of disks, is', async () => {
    const guest = await enter({ ...DESCRIBED, withheld: withheld('guest-agent-forbids') });
    expect(present.find(guest.id)).toBe(guest);
  });

  it('is forgotten after a while, but not while its trim is under way', async () => {
    const guest = await enter();
    present.keep(guest);
    clock.advance(10 * PRESENT_MS);
    // Whoever asks for another meanwhile does not end that.
    await enter();
    clock.advance(10 * PRESENT_MS);
    await enter(DESCRIBED, aDomain({ name: 'other' }));
    expect(present.find(guest.id)).not.toBeNull();
    present.letGo(guest.id);
    clock.advance(PRESENT_MS + 1);
    await enter(DESCRIBED, aDomain({ name: 'another' }));
    expect(present.find(guest.id)).toBeNull();
  });
});
