import type { FromHost, RequestId, TrimId, TrimReport } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { createCures } from '../../../../collector/src/conduct/trims/cures.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { DiskResult, TrimResult, Verdict } from '../../../../collector/src/model/trim-result.ts';
import { TRIM } from '../../api/examples.ts';
import { anIdentity } from '../../correlate/examples.ts';

const FIRST = '00000000-0000-4000-8000-00000000000a' as TrimId;
const CURE = '00000000-0000-4000-8000-00000000000b' as TrimId;
const REQUEST = '00000000-0000-4000-8000-00000000000c' as RequestId;

const guest = (rest: Partial<ConnectedGuest> = {}): ConnectedGuest => ({
  id: 'a' as GuestId,
  name: 'web-1',
  identity: anIdentity(),
  agentVersion: '0.2.0',
  wireVersion: 2,
  inventory: null,
  contested: null,
  ...rest,
});

/** Two filesystems, each on a disk of its own. */
const report = (id: TrimId, { again = false, requestId = REQUEST as RequestId | null } = {}): TrimReport => ({
  id,
  trigger: 'requested',
  requestId,
  granted: true,
  startedAt: 0,
  durationMs: 10,
  filesystems: (again ? ['vda'] : ['vda', 'vdb']).map((disk) => ({
    ...{ mount: `/mnt/${disk}`, kind: 'ext4', disks: [disk], durationMs: 1, again },
    outcome: { status: 'done', trimmedBytes: again ? 500 : 0 },
  })),
  layers: [],
});

function result(id: TrimId, verdicts: Readonly<Record<string, Verdict>>, of = report(id)): TrimResult {
  const [example] = TRIM.disks;
  const disks = Object.entries(verdicts).map(([device, verdict]) => ({ ...(example as DiskResult), device, verdict }));
  return { ...TRIM, id, durationMs: 10, filesystems: of.filesystems, disks };
}

function cures() {
  const sent: FromHost[] = [];
  const made = createCures({
    send: (_, message) => sent.push(message) > 0,
    newId: () => '00000000-0000-4000-8000-00000000000d' as RequestId,
  });
  return { ...made, sent };
}

describe('a trim that found ext4 stale', () => {
  it('is followed by a request for the stale filesystems only, under the same request', () => {
    const { begin, sent } = cures();
    expect(begin(guest(), report(FIRST), result(FIRST, { vda: 'stale', vdb: 'reclaimed' }))).toEqual({
      requestId: REQUEST,
      mounts: ['/mnt/vda'],
    });
    expect(sent).toEqual([{ type: 'request', requestId: REQUEST, mounts: ['/mnt/vda'], cures: FIRST }]);
  });

  it('of the schedule is cured too, under a request of its own', () => {
    const { begin, sent } = cures();
    begin(guest(), report(FIRST, { requestId: null }), result(FIRST, { vda: 'stale' }));
    expect(sent).toMatchObject([{ requestId: '00000000-0000-4000-8000-00000000000d', cures: FIRST }]);
  });

  it.each([
    ['nothing is stale', guest(), { vda: 'reclaimed' } as const],
    ['the agent is too old to know how', guest({ wireVersion: 1 }), { vda: 'stale' } as const],
  ])('is left alone when %s', (_, to, verdicts) => {
    const { begin, sent } = cures();
    expect(begin(to, report(FIRST), result(FIRST, verdicts))).toBeNull();
    expect(sent).toEqual([]);
  });
});

describe('the cure', () => {
  const again = report(CURE, { again: true });

  it('stands in the place of what it cured, for whoever asked', () => {
    const { begin, conclude } = cures();
    begin(guest(), report(FIRST), result(FIRST, { vda: 'stale', vdb: 'reclaimed' }));
    const told = conclude(guest(), again, result(CURE, { vda: 'reclaimed' }, again));
    expect(told).toMatchObject({ id: FIRST, curedBy: CURE, durationMs: 20 });
    expect(told.disks.map(({ device, verdict }) => [device, verdict])).toEqual([
      ['vda', 'reclaimed'],
      ['vdb', 'reclaimed'],
    ]);
    expect(told.filesystems.map(({ mount, again: was }) => [mount, was])).toEqual([
      ['/mnt/vda', true],
      ['/mnt/vdb', false],
    ]);
  });

  it('that the guest refuses leaves the first result', () => {
    const { begin, giveUp } = cures();
    const first = result(FIRST, { vda: 'stale' });
    begin(guest(), report(FIRST), first);
    expect(giveUp(REQUEST, 'another guest' as GuestId)).toBeNull();
    expect(giveUp(REQUEST, 'a' as GuestId)).toBe(first);
    expect(giveUp(REQUEST, 'a' as GuestId)).toBeNull();
  });

  it('that was called off leaves what was known before', () => {
    const { begin, conclude } = cures();
    begin(guest(), report(FIRST), result(FIRST, { vda: 'stale' }));
    const told = conclude(guest(), again, result(CURE, { vda: 'cancelled' }, again));
    expect(told.disks.map(({ verdict }) => verdict)).toEqual(['stale']);
  });

  it('of a guest that went away leaves it too', () => {
    const { begin, giveUpAllOf } = cures();
    begin(guest(), report(FIRST), result(FIRST, { vda: 'stale' }));
    expect(giveUpAllOf('a' as GuestId)).toMatchObject([{ requestId: REQUEST, result: { id: FIRST } }]);
    expect(giveUpAllOf('a' as GuestId)).toEqual([]);
  });

  it('nobody asked for is a trim like any other', () => {
    const { conclude } = cures();
    const told = result(CURE, { vda: 'reclaimed' }, again);
    expect(conclude(guest(), again, told)).toBe(told);
  });
});
