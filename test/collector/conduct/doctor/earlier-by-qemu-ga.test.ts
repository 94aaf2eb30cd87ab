import { Fault } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import { examine } from '../../../../collector/src/conduct/doctor/doctor.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { DiskResult } from '../../../../collector/src/model/trim-result.ts';
import { TRIM } from '../../api/examples.ts';
import { aHostDisk, GIB } from '../../correlate/examples.ts';
import { IGNORE } from '../../diagnose/examples.ts';
import { aRecord, BARE_DOMAIN, createKnownHost } from '../known-host.ts';

describe('what earlier trims through qemu-ga proved', () => {
  const channel = { kind: 'socket', path: '/qga', qmpPaths: [] } as const;
  const bare: Domain = {
    ...BARE_DOMAIN,
    guestAgent: { kind: 'channel', channel },
    disks: [aHostDisk({ id: 'disk0', image: '/images/bare.raw', nodes: IGNORE })],
  };
  const identities = [{ kind: 'product-uuid', value: bare.uuid ?? '' }] as const;
  const fault = new Fault({ code: 'guest-agent-silent', operation: 'ask', subject: 'bare', cause: 'no', hint: null });
  const back = TRIM.disks.slice(0, 1).map((one): DiskResult => {
    const hops = { ...one.hops, passedBytes: GIB };
    return { ...one, device: 'disk0', image: '/images/bare.raw', verdict: 'reclaimed', hops };
  });

  it.each([
    ['holds while the same QEMU runs, also after a restart of the collector', 'qemu 200 7 host-boot', []],
    ['holds for no other QEMU', 'qemu 200 6 host-boot', ['host-ignores-discard']],
    ['is not known of a trim of an unknown run', null, ['host-ignores-discard']],
  ] as const)('%s', async (_, bootId, causes) => {
    const known = createKnownHost({
      domains: [bare],
      connected: [],
      records: [aRecord({ name: 'bare', agentVersion: null, identities })],
      trims: [{ ...TRIM, bootId, disks: back }],
      qemuGa: async (channels) => channels.map(() => ({ kind: 'silent', fault }) as const),
    });
    const sampler = {
      now: async () => ({ samples: {}, restless: [], poolDrift: {}, throughLibvirt: false, commit: null }),
    };
    const view = await examine({ ...known, sampler, readOutlooks: async () => new Map() }, 'bare');
    expect(view.guests[0]?.disks[0]?.findings.map(({ cause }) => cause)).toEqual(causes);
  });
});
