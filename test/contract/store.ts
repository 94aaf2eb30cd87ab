import type { TrimId, TrimReport } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import type { GuestId } from '../../collector/src/model/guest-id.ts';
import type { DiskSample } from '../../collector/src/model/sample.ts';
import type { TrimKey } from '../../collector/src/model/trim-key.ts';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import { summarise } from '../../collector/src/model/trim-summary.ts';
import type { OpenTrim } from '../../collector/src/ports/store/open-trims.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';
import { trimsOf } from './trims-of.ts';

const QUOTED = "db'; drop table trim; --";

/**
 * What every implementation of the port `Store` owes; the rules stand in the ports; those of guests are in
 * guests-store.ts.
 */
export function storeContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      guests: ['guest-a', 'guest-b', QUOTED],
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('[ST1] closeTrim stores a trim once, and the first result stays', async () => {
      const first = closedTrim({ n: 1, durationMs: 10 });
      const second = closedTrim({ n: 1, durationMs: 99 });
      expect(await store.closeTrim(first)).toEqual(first.result);
      expect(await store.closeTrim(second)).toEqual(first.result);
      expect(await store.findTrim(keyOf(1))).toEqual(first.result);
      expect(await trimsOf(store, { guestId: null, limit: 10 })).toEqual([summarise(first.result)]);
    });

    it('[ST1] the same report from two sessions at once is stored once', async () => {
      const closings = [10, 20, 30].map((durationMs) => store.closeTrim(closedTrim({ n: 1, durationMs })));
      const results = await Promise.all(closings);
      expect(new Set(results.map(({ durationMs }) => durationMs)).size).toBe(1);
      expect(await trimsOf(store, { guestId: null, limit: 10 })).toHaveLength(1);
    });

    it('[ST1] the first result stays over a restart', async () => {
      const first = closedTrim({ n: 1, durationMs: 10 });
      await store.closeTrim(first);
      await reopen();
      expect(await store.closeTrim(closedTrim({ n: 1, durationMs: 99 }))).toEqual(first.result);
    });

    it('finds trims by how their id begins', async () => {
      for (const n of [1, 2, 0x30]) await store.closeTrim(closedTrim({ n }));
      const find = async (beginning: string, limit = 10) =>
        (await store.findTrims({ beginning, limit })).map(({ id }) => id);
      expect(await find(idOf(2))).toEqual([idOf(2)]);
      expect(await find(idOf(2).slice(0, -1))).toEqual([idOf(1), idOf(2)]);
      expect(await find(idOf(2).slice(0, -2))).toEqual([idOf(1), idOf(2), idOf(0x30)]);
      expect(await find(idOf(2).slice(0, 8), 2)).toHaveLength(2);
      expect(await find('ffffffff')).toEqual([]);
      expect(await find('%')).toEqual([]);
    });

    it('[ST2] an open trim survives a restart', async () => {
      const trim = openTrim({ n: 1, grantedAt: 5 });
      await store.openTrim(trim);
      await reopen();
      expect(await store.findOpenTrim(trim)).toEqual(trim);
      expect(await store.findOpenTrim(keyOf(2))).toBeNull();
    });

    it('[ST2] of all open trims no more is read than what tells whether they are lost', async () => {
      await store.openTrim(openTrim({ n: 1, grantedAt: 5 }));
      const ofQemuGa = {
        ...openTrim({ n: 2, guestId: 'guest-b', grantedAt: 4 }),
        bootId: null,
        inside: 'qemu-ga',
      } as const;
      await store.openTrim({ ...ofQemuGa, process: null });
      const first = { ...keyOf(1), grantedAt: 5, bootId: 'boot-1', process: '4711 99', inside: 'trimtab-agent' };
      const second = { ...keyOf(2, 'guest-b'), grantedAt: 4, bootId: null, process: null, inside: 'qemu-ga' };
      // In the order in which they were opened: the clock went back meanwhile.
      expect(await store.openTrims(null)).toEqual([first, second]);
      expect(await store.openTrims(first.guestId)).toEqual([first]);
    });

    it('[ST2] a trim that is granted again has the samples of the later grant', async () => {
      const trim = openTrim({ n: 1, grantedAt: 5 });
      const later = { ...trim, grantedAt: 9, before: { vda: { ...SAMPLE, takenAt: 9, allocationBytes: 77 } } };
      await store.openTrim(trim);
      await store.openTrim(later);
      expect(await store.findOpenTrim(trim)).toEqual(later);
    });

    it('[ST3] closing removes the open trim, and no other', async () => {
      for (const n of [1, 2]) await store.openTrim(openTrim({ n }));
      await store.closeTrim(closedTrim({ n: 1 }));
      await reopen();
      expect(await store.findOpenTrim(keyOf(1))).toBeNull();
      expect(await store.findOpenTrim(keyOf(2))).not.toBeNull();
      expect(await store.findTrim(keyOf(1))).not.toBeNull();
    });

    it('[ST5] of one guest only the newest 32 open trims are kept, and of others all', async () => {
      await store.openTrim(openTrim({ n: 1, guestId: 'guest-b', grantedAt: 0 }));
      for (let n = 2; n <= 40; n += 1) await store.openTrim(openTrim({ n }));
      const isOpen = async (n: number, guestId?: string) => (await store.findOpenTrim(keyOf(n, guestId))) !== null;
      expect([await isOpen(1, 'guest-b'), await isOpen(8), await isOpen(9), await isOpen(40)]).toEqual([
        true,
        false,
        true,
        true,
      ]);
    });

    it('[ST4] history is in the order of storing, newest first, whatever any clock says', async () => {
      const YEARS = 10 * 365 * 86_400_000;
      for (const [n, startedAt] of [
        [1, 2000],
        [2, 3000 + YEARS],
        [3, 1000],
        [4, 4000 - YEARS],
      ] as const)
        await store.closeTrim(closedTrim({ n, startedAt }));
      const ids = async (limit: number) => (await trimsOf(store, { guestId: null, limit })).map(({ id }) => id);
      expect(await ids(10)).toEqual([4, 3, 2, 1].map(idOf));
      expect(await ids(2)).toEqual([idOf(4), idOf(3)]);
      await reopen();
      expect(await ids(10)).toEqual([4, 3, 2, 1].map(idOf));
    });

    it('[ST4] history is told in pages, each of which says where the next begins', async () => {
      for (let n = 1; n <= 5; n += 1) await store.closeTrim(closedTrim({ n }));
      const first = await store.history({ guestId: null, limit: 3, before: null });
      expect(first.trims.map(({ id }) => id)).toEqual([5, 4, 3].map(idOf));
      const second = await store.history({ guestId: null, limit: 3, before: first.older });
      expect(second).toMatchObject({ trims: [{ id: idOf(2) }, { id: idOf(1) }], older: null });
    });

    it('[ST4] history of one guest holds only its own', async () => {
      await store.closeTrim(closedTrim({ n: 1, guestId: 'guest-a' }));
      await store.closeTrim(closedTrim({ n: 2, guestId: QUOTED }));
      const idsOf = async (guestId: string) =>
        (await trimsOf(store, { guestId: guestId as GuestId, limit: 10 })).map(({ id }) => id);
      expect(await idsOf('guest-a')).toEqual([idOf(1)]);
      expect(await idsOf(QUOTED)).toEqual([idOf(2)]);
      expect(await idsOf('guest')).toEqual([]);
    });

    it('gives numbers and nulls back as they were: negative, null, up to 2^53', async () => {
      const closed = closedTrim({ n: 1 });
      await store.closeTrim(closed);
      expect((await store.findTrim(keyOf(1)))?.disks).toEqual(closed.result.disks);
    });
  });
}

/** A report of `guest` and the result made of it. */
export function closedTrim({
  n,
  guestId = 'guest-a',
  startedAt = 1000,
  durationMs = 10,
}: {
  n: number;
  guestId?: string;
  startedAt?: number;
  durationMs?: number;
}): { guestId: GuestId; report: TrimReport; result: TrimResult; storedAt: number; after: null } {
  const filesystems = [
    {
      mount: '/',
      kind: 'ext4',
      disks: ['vda'],
      durationMs,
      again: false,
      outcome: { status: 'done' as const, trimmedBytes: 4096 },
    },
  ];
  const face = { id: idOf(n), trigger: 'scheduled' as const, requestId: null, durationMs, filesystems };
  return {
    guestId: guestId as GuestId,
    report: { ...face, granted: true, startedAt, layers: [], limitsAfter: [] },
    result: {
      ...face,
      guest: guestId,
      inside: 'trimtab-agent',
      bootId: null,
      curedBy: null,
      askedBy: null,
      amendedAt: null,
      libvirtNoted: null,
      reported: true,
      startedAt: new Date(startedAt).toISOString(),
      toldStartedAt: null,
      disks: [
        {
          device: 'vda',
          image: '/images/web-1.qcow2',
          matchedBy: 'serial',
          hops: {
            trimmedBytes: Number.MAX_SAFE_INTEGER,
            issuedBytes: 4096,
            receivedBytes: null,
            passedBytes: 0,
            reclaimedBytes: -512,
            regainedBytes: null,
          },
          writtenBytes: 0,
          allocationBytes: { before: 100, after: 612 },
          verdict: 'inconclusive',
          lostAt: null,
          cause: null,
          sentence: 'The guest wrote more than it trimmed.',
          evidence: [],
          fix: null,
          remedy: null,
          needsPowerCycle: null,
          page: null,
          reclaimedBetween: null,
          slack: null,
          contradictions: [],
          gaps: [],
        },
      ],
    },
    storedAt: startedAt + 5000,
    after: null,
  };
}

/** A granted trim of `guest-a`, all of which is kept. */
export function openTrim({
  n,
  guestId = 'guest-a',
  grantedAt = n,
}: {
  n: number;
  guestId?: string;
  grantedAt?: number;
}): OpenTrim {
  return {
    id: idOf(n),
    guestId: guestId as GuestId,
    guestName: 'web-1',
    trigger: 'scheduled',
    requestId: null,
    grantedAt,
    bootId: 'boot-1',
    process: '4711 99',
    inside: 'trimtab-agent',
    planned: [{ mount: '/', kind: 'ext4', disks: ['vda'] }],
    paths: [],
    before: { vda: SAMPLE },
    after: null,
  };
}

export const keyOf = (n: number, guestId = 'guest-a'): TrimKey => ({ guestId: guestId as GuestId, id: idOf(n) });

export function idOf(n: number): TrimId {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as TrimId;
}

export const SAMPLE: DiskSample = {
  takenAt: 4,
  allocationBytes: 1_073_741_824,
  poolFreeBytes: null,
  extents: null,
  heldParts: null,
  tables: null,
  counters: { receivedBytes: null, passedBytes: 7, failedDiscards: 0, writtenBytes: 9, blockJobs: [], droppedBy: null },
  counterEpoch: 'qemu:42',
  countersMissing: null,
};
