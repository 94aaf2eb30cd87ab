import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import { type FindRepairDeps, findRepair } from '../../../../collector/src/conduct/repair/find-repair.ts';
import type { Domain, HostDisk } from '../../../../collector/src/model/domain.ts';
import type { InsideDisk } from '../../../../collector/src/model/guest-agent.ts';
import type { GuestAgentAnswer } from '../../../../collector/src/ports/guest-agent.ts';
import { aHostDisk } from '../../correlate/examples.ts';
import { BARE_DOMAIN, createKnownHost } from '../known-host.ts';

/** What qemu-ga of `bare` says: these names, each with the serial of a disk of the host. */
const saying = (names: Readonly<Record<string, string>>): GuestAgentAnswer => ({
  kind: 'answered',
  version: '7.2.22',
  allows: { fstrim: true, fsinfo: true },
  filesystems: null,
  disks: Object.entries(names).map(
    ([name, serial]): InsideDisk => ({
      name: `/dev/${name}`,
      isPartition: false,
      dependencies: [],
      mapperName: null,
      address: { serial, target: null, pciAddress: null, place: null, busKind: 'virtio', device: `/dev/${name}` },
    }),
  ),
  withheld: null,
});

function find(disk: string, { disks, answer }: { disks: readonly HostDisk[]; answer: GuestAgentAnswer }) {
  const channel = { kind: 'socket', path: '/qga', qmpPaths: [] } as const;
  const domain: Domain = { ...BARE_DOMAIN, disks, guestAgent: { kind: 'channel', channel } };
  const { survey, store, links, qemuGaGuests } = createKnownHost({
    domains: [domain],
    connected: [],
    records: [],
    qemuGa: async (channels) => channels.map(() => answer),
  });
  const deps: FindRepairDeps = {
    survey: { readNow: survey.readNow, findPaths: survey.findPaths },
    store,
    links,
    qemuGaGuests,
    refine: async (one) => one,
  };
  return findRepair(deps, { guest: 'bare', disk, evenIfTainted: false });
}

const ROOT = aHostDisk({ id: 'root-disk', image: '/images/root.raw', serial: 'root' });
const DATA = aHostDisk({ id: 'disk0', image: '/images/data.raw', serial: 'data' });
const PLAIN = { disks: [ROOT, DATA], answer: saying({ vda: 'root', vdb: 'data' }) };

it('a disk of a guest that has only qemu-ga is found by the name that it has there', async () => {
  expect(await find('vdb', PLAIN)).toMatchObject({ disk: { image: DATA.image }, device: 'vdb' });
  expect(await find('disk0', PLAIN)).toMatchObject({ disk: { image: DATA.image }, device: 'vdb' });
  await expect(find('sdz', PLAIN)).rejects.toMatchObject({
    detail: { code: 'unknown-disk', hint: `It has: vda (${ROOT.image}), vdb (${DATA.image}).` },
  });
});

it("where libvirt's name of one disk is the guest's name of another, the guest's is meant", async () => {
  const libvirts = {
    disks: [
      { ...ROOT, target: 'sda' },
      { ...DATA, target: 'vdb' },
    ],
    answer: saying({ vdb: 'root', vda: 'data' }),
  };
  expect(await find('vdb', libvirts)).toMatchObject({ disk: { image: ROOT.image }, device: 'vdb' });
  expect(await find('sda', libvirts)).toMatchObject({ disk: { image: ROOT.image }, device: 'vdb' });
  expect(await find(DATA.image, libvirts)).toMatchObject({ disk: { image: DATA.image }, device: 'vda' });
});

it("of a guest whose qemu-ga is silent, the hypervisor's names are all that is known", async () => {
  const fault = new Fault({ code: 'guest-agent-silent', operation: 'ask', subject: 'bare', cause: 'no', hint: null });
  const answer = { kind: 'silent', fault } as const;
  expect(await find('disk0', { disks: [ROOT, DATA], answer })).toMatchObject({ device: null });
  await expect(find('vdb', { disks: [ROOT, DATA], answer })).rejects.toMatchObject({
    detail: { code: 'unknown-disk' },
  });
});
