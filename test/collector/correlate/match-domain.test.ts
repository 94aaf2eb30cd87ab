import type { TrimReport } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { countHops } from '../../../collector/src/correlate/count-hops.ts';
import { matchDomain, swapUuid } from '../../../collector/src/correlate/match-domain.ts';
import { findSharedImages } from '../../../collector/src/correlate/match-shared.ts';
import { findTwins } from '../../../collector/src/correlate/match-twins.ts';
import type { DiskSample } from '../../../collector/src/model/sample.ts';
import { REPORT } from '../../protocol/example-messages.ts';
import { aDomain, aHostDisk, anIdentity, UUID } from './examples.ts';

describe('a guest is known', () => {
  it('by the UUID that the guest sees, which a domain may have besides its own (hwuuid)', () => {
    const domain = aDomain({ uuid: '11111111-2222-3333-4444-555555555555', guestUuid: UUID });
    expect(matchDomain(anIdentity(), [aDomain({ uuid: UUID, guestUuid: domain.uuid }), domain])).toEqual({
      domain,
      by: 'product-uuid',
    });
  });

  it('by the domain’s UUID where nothing says that the guest sees another', () => {
    expect(matchDomain(anIdentity(), [aDomain({ guestUuid: null })])).toMatchObject({ by: 'product-uuid' });
  });

  it('by the UUID in the other byte order, as pc-i440fx-2.1 and older show it', () => {
    // QEMU -uuid 00112233-4455-6677-8899-aabbccddeeff, as such a guest reads it.
    expect(swapUuid('00112233-4455-6677-8899-aabbccddeeff')).toBe('33221100-5544-7766-8899-aabbccddeeff');
    const domain = aDomain({ guestUuid: '33221100-5544-7766-8899-aabbccddeeff' });
    const guest = anIdentity({ productUuid: '00112233-4455-6677-8899-aabbccddeeff' });
    expect(matchDomain(guest, [domain])).toEqual({ domain, by: 'product-uuid-swapped' });
    const straight = aDomain({ key: 'qemu:2', guestUuid: guest.productUuid });
    expect(matchDomain(guest, [domain, straight])).toEqual({ domain: straight, by: 'product-uuid' });
  });

  it('by the kernel that it shares with the host', () => {
    const loop = aDomain({ key: 'loop', bootId: anIdentity().bootId, guestUuid: null, uuid: null });
    expect(matchDomain(anIdentity(), [aDomain(), loop])).toEqual({ domain: loop, by: 'same-kernel' });
  });
});

describe('a guest is not matched', () => {
  it('when two guests of the host have its UUID, and both are named', () => {
    const twins = [aDomain(), aDomain({ key: 'qemu:200', name: 'web-copy', pid: 200 })];
    expect(matchDomain(anIdentity(), twins)).toEqual({
      domain: null,
      why: `2 guests of this host have the UUID ${UUID}: web (qemu:100) and web-copy (qemu:200); one is a copy of the other, or it is being migrated`,
    });
  });

  it('and the host’s page names both', () => {
    const twins = [aDomain(), aDomain({ key: 'qemu:200', name: 'web-copy', uuid: null })];
    expect(findTwins([...twins, aDomain({ uuid: null, guestUuid: null })])).toMatchObject([
      {
        subject: 'web',
        sentence: expect.stringContaining(`web (qemu:100) and web-copy (qemu:200) have the UUID ${UUID}`),
      },
    ]);
    expect(findTwins([aDomain(), aDomain({ uuid: null, guestUuid: null })])).toEqual([]);
  });

  it('when another agent says that it is the same guest', () => {
    expect(matchDomain(anIdentity(), [aDomain()], 'two say so')).toEqual({ domain: null, why: 'two say so' });
  });

  it('when it shows no UUID, or one that no guest of the host has', () => {
    expect(matchDomain(anIdentity({ productUuid: null }), [aDomain()])).toMatchObject({
      why: expect.stringContaining('shows no product UUID'),
    });
    expect(matchDomain(anIdentity(), [])).toMatchObject({ why: expect.stringContaining('no guest of this host') });
  });
});

it('a live-migrated guest is the same guest in another QEMU, whose counters start anew: no difference is taken', () => {
  const before = aDomain({ key: 'qemu:100', pid: 100 });
  const after = aDomain({ key: 'qemu:200', pid: 200 });
  expect(matchDomain(anIdentity(), [before]).domain).toBe(before);
  expect(matchDomain(anIdentity(), [after]).domain).toBe(after);

  const sample = (domain: typeof before, passedBytes: number): DiskSample => ({
    takenAt: 0,
    allocationBytes: 1000,
    poolFreeBytes: null,
    extents: null,
    heldParts: null,
    tables: null,
    counters: {
      receivedBytes: passedBytes,
      passedBytes,
      failedDiscards: 0,
      writtenBytes: passedBytes,
      blockJobs: [],
      droppedBy: null,
    },
    counterEpoch: domain.key,
    countersMissing: null,
  });
  const report: TrimReport = REPORT;
  const { hops } = countHops({
    disk: 'sda',
    report,
    before: sample(before, 5_000_000),
    after: sample(after, 6_000_000),
    poolQuiet: true,
  });
  expect(hops).toMatchObject({ receivedBytes: null, passedBytes: null, issuedBytes: 31_300_000_000 });
  const restarted = countHops({
    disk: 'sda',
    report,
    before: sample(before, 5_000_000),
    after: sample(before, 10),
    poolQuiet: true,
  });
  expect(restarted.hops.passedBytes).toBeNull();
});

describe('an image behind disks of several guests', () => {
  const guest = (pid: number, disk: Parameters<typeof aHostDisk>[0]) =>
    aDomain({ key: `qemu:${pid}`, name: `node${pid}`, uuid: null, pid, disks: [aHostDisk(disk)] });

  it('is named, and nothing is wrong where it is meant to be shared', () => {
    const shared = [guest(1, { shareable: true }), guest(2, { shareable: true })];
    expect(findSharedImages(shared)).toMatchObject([
      { subject: '/images/a.raw', sentence: expect.stringContaining('shared by node1, node2'), hint: null },
    ]);
  });

  it('is nothing to tell where none of them writes', () => {
    expect(findSharedImages([guest(1, { readOnly: true }), guest(2, { readOnly: true })])).toEqual([]);
  });

  it('is a danger where it is not', () => {
    expect(findSharedImages([guest(1, {}), guest(2, { shareable: true })])).toMatchObject([
      { sentence: expect.stringContaining('not marked as shareable'), hint: expect.any(String) },
    ]);
  });

  it('is one guest at both ends of a migration', () => {
    const ends = [guest(1, {}), guest(2, {})].map((domain) => ({ ...domain, uuid: UUID }));
    expect(findSharedImages(ends)).toEqual([]);
  });
});
