import type { AlertRow, AlertsView } from '../../../collector/src/model/alerts-view.ts';
import { HOSTILE } from './hostile.ts';

const FULL: AlertRow = {
  id: '3f2a91c0-1f5d-4a44-9d52-6f0e7e7a1b01',
  rule: 'pool-full',
  severity: 'critical',
  subject: '/var/lib/libvirt/images/customers/of-the-old-datacentre',
  host: 'host-1',
  startedAt: '2026-11-23T07:44:10.000Z',
  endedAt: null,
  sentence:
    '/var/lib/libvirt/images/customers/of-the-old-datacentre is 96 % full, and 4.0 GiB are free. Once it is full: ENOSPC: QEMU pauses the guest.',
  hint: 'Trim what gives most back (trimtab doctor says what), move a guest away, or add storage.',
  values: { usedPercent: 96, freeBytes: 4 * 1024 ** 3, sizeBytes: 100 * 1024 ** 3 },
  acknowledged: { at: '2026-11-23T08:00:00.000Z', by: 'alice', comment: 'disks are ordered' },
  easing: null,
  silencedUntil: null,
};

const AWAY: AlertRow = {
  ...FULL,
  id: '5b0c11aa-1f5d-4a44-9d52-6f0e7e7a1b02',
  rule: 'guest-away',
  severity: 'warning',
  subject: HOSTILE,
  sentence: `${HOSTILE} runs, and its agent has not been heard since 2026-11-23 06:00 UTC.`,
  hint: null,
  values: { lastHeardAtMs: 1 },
  acknowledged: null,
  easing: { sentence: `${HOSTILE} is heard.`, endsInMs: 240_000 },
  silencedUntil: '2026-11-23T09:00:00.000Z',
};

export const ALERTS: AlertsView = {
  takenAt: '2026-11-23T08:10:00.000Z',
  firing: [FULL, AWAY],
  pending: [
    {
      rule: 'overcommit',
      subject: HOSTILE,
      severity: 'warning',
      sentence: `The images in ${HOSTILE} may grow to 3.1 times its size.`,
      hint: null,
      startsInMs: 420_000,
    },
  ],
  ended: [{ ...AWAY, rule: 'slack', subject: 'web-1', endedAt: '2026-11-23T08:05:00.000Z', silencedUntil: null }],
  silences: [
    {
      id: '77aa11bb-1f5d-4a44-9d52-6f0e7e7a1b03',
      pattern: 'guest-away',
      madeAt: '2026-11-23T07:00:00.000Z',
      until: '2026-11-23T09:00:00.000Z',
      by: 'root',
      comment: 'the network is rebuilt',
    },
  ],
  findings: [
    {
      subject: `postgres://${HOSTILE}`,
      sentence: `the database cannot be used since 2026-11-23 06:00 UTC (${HOSTILE})`,
      hint: HOSTILE,
    },
  ],
};
