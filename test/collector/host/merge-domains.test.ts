import { describe, expect, it } from 'vitest';
import { mergeDomains } from '../../../collector/src/host/merge-domains.ts';
import type { Domain, HostDisk, Source } from '../../../collector/src/model/domain.ts';
import { toHostDisk } from '../../support/host-disk.ts';

const UUID = '11111111-0000-4000-8000-000000000001';

const disk = (id: string, more: Partial<HostDisk> = {}) => toHostDisk(`/images/${id}`, { id, ...more });

function domain(source: Source, key: string, disks: readonly HostDisk[], more: Partial<Domain> = {}): Domain {
  const identity = {
    uuid: UUID,
    guestUuid: UUID,
    libvirtUri: null,
    isRunning: null,
    pid: null,
    monitors: [],
    bootId: null,
  };
  return { key, name: key, source, seenBy: [source], disks, ...identity, ...more };
}

const told = (...domains: readonly Domain[]) =>
  domains.map((one) => ({ source: one.source, domains: [one], findings: [] }));
const inForce = [{ node: 'n', role: 'format', discard: 'ignore' }] as const;
const configured = [{ node: null, role: 'format', discard: 'unmap' }] as const;

describe('mergeDomains', () => {
  it('has a guest once, whoever speaks first; the command line is in force, the XML knows the address', () => {
    const process = domain(
      'qemu-process',
      'qemu:7',
      [disk('vd', { nodes: inForce, serial: 'old', detectZeroes: 'off', shareable: true })],
      {
        pid: 7,
        isRunning: true,
        guestUuid: 'aaaaaaaa-0000-4000-8000-000000000001',
        monitors: [{ kind: 'socket', path: '/q' }],
      },
    );
    const xml = domain(
      'libvirt',
      `libvirt:${UUID}`,
      [disk('vd', { nodes: configured, serial: 'new', pciPath: ['05.0'], detectZeroes: 'unmap', format: 'raw' })],
      {
        name: 'web',
        isRunning: false,
        libvirtUri: 'qemu:///session',
        monitors: [{ kind: 'libvirt', uri: 'qemu:///session', domain: UUID }],
      },
    );
    for (const order of [told(process, xml), told(xml, process)]) {
      const { domains } = mergeDomains(order);
      expect(domains).toEqual([
        {
          key: `libvirt:${UUID}`,
          name: 'web',
          uuid: UUID,
          guestUuid: 'aaaaaaaa-0000-4000-8000-000000000001',
          source: 'libvirt',
          libvirtUri: 'qemu:///session',
          seenBy: ['libvirt', 'qemu-process'],
          isRunning: true,
          pid: 7,
          monitors: [
            { kind: 'socket', path: '/q' },
            { kind: 'libvirt', uri: 'qemu:///session', domain: UUID },
          ],
          bootId: null,
          disks: [
            disk('vd', {
              nodes: inForce,
              serial: 'new',
              pciPath: ['05.0'],
              detectZeroes: 'off',
              format: 'raw',
              shareable: true,
            }),
          ],
        },
      ]);
    }
  });

  it.each([
    [false, null, false],
    [null, false, false],
    [false, true, true],
    [null, null, null],
  ])('a guest runs if one source says so, and is off only if none does: %j and %j', (first, second, expected) => {
    const domains = mergeDomains([
      ...told(domain('libvirt', `libvirt:${UUID}`, [], { isRunning: first })),
      ...told(domain('static-list', 'static:web', [], { isRunning: second })),
    ]).domains;
    expect(domains.map(({ isRunning }) => isRunning)).toEqual([expected]);
  });

  it('knows a process by its number where it has no UUID', () => {
    const guest = domain('proxmox', 'proxmox:100', [], { uuid: null, pid: 9 });
    const process = domain('qemu-process', 'qemu:9', [], { uuid: null, pid: 9 });
    expect(mergeDomains(told(guest, process)).domains).toMatchObject([
      { key: 'proxmox:100', seenBy: ['proxmox', 'qemu-process'] },
    ]);
  });

  it('does not make one of two processes with the same UUID', () => {
    const processes = [1, 2].map((pid) => domain('qemu-process', `qemu:${pid}`, [], { pid }));
    const both = [{ source: 'qemu-process' as const, domains: processes, findings: [] }];
    expect(mergeDomains(both).domains.map(({ key }) => key)).toEqual(['qemu:1', 'qemu:2']);
    const guest = domain('libvirt', `libvirt:${UUID}`, []);
    expect(mergeDomains([...both, ...told(guest)]).domains.map(({ key }) => key)).toEqual([
      `libvirt:${UUID}`,
      'qemu:2',
    ]);
  });

  it('believes the XML where an image moved or a disk was unplugged, and takes back what the process said of it', () => {
    const disks = [disk('moved', { nodes: inForce }), disk('unplugged'), disk('own')];
    const process = domain('qemu-process', 'qemu:7', disks, { pid: 7 });
    const finding = (id: string, staleDisk?: { domain: string; disk: string }) => ({
      subject: id,
      sentence: '…',
      hint: '…',
      ...(staleDisk && { staleDisk }),
    });
    const stale = ['moved', 'unplugged'].map((id) => finding(id, { domain: 'qemu:7', disk: id }));
    const said = { source: 'qemu-process' as const, domains: [process], findings: [...stale, finding('other')] };
    const now = disk('moved', { image: '/images/overlay', nodes: configured });
    const xml = domain('libvirt', `libvirt:${UUID}`, [now]);
    const { domains, findings } = mergeDomains([said, ...told(xml)]);
    // What libvirt does not know and QEMU holds open was put on the command line by hand.
    expect(domains[0]?.disks).toEqual([now, disk('own')]);
    expect(findings).toEqual([finding('other')]);
    expect(mergeDomains([said]).findings).toHaveLength(3);
  });

  it('pairs by image where the names differ, and then has the name that QEMU knows', () => {
    const listed = domain('static-list', 'static:web', [
      disk('disk 1', { image: '/images/a', serial: 's', bus: 'unknown' }),
    ]);
    const process = domain('qemu-process', 'qemu:7', [disk('virtio0', { image: '/images/a' })], { pid: 7 });
    const { domains, findings } = mergeDomains(told(process, listed));
    expect(domains[0]?.disks).toEqual([disk('virtio0', { image: '/images/a', serial: 's' })]);
    expect(findings).toMatchObject([{ subject: 'static:web', hint: expect.stringContaining('Remove [[guest]]') }]);
  });

  it('does not guess which of two disks with the same image is meant', () => {
    const twins = [disk('a', { image: '/i' }), disk('b', { image: '/i' })];
    const process = domain('qemu-process', 'qemu:7', twins, { pid: 7 });
    const listed = domain('static-list', 'static:web', [disk('disk 1', { image: '/i', serial: 's' })]);
    expect(mergeDomains(told(process, listed)).domains[0]?.disks).toMatchObject([{ serial: 's' }, { serial: null }]);
  });

  it('has the path of a network storage that is mapped into /dev', () => {
    const guest = domain('proxmox', 'proxmox:1', [disk('scsi0', { image: 'rbd:guests/a', storage: 'network' })]);
    const mapped = disk('scsi0', { image: '/dev/rbd-pve/f/guests/a', storage: 'block', nodes: inForce });
    const process = domain('qemu-process', 'qemu:7', [mapped], { pid: 7 });
    expect(mergeDomains(told(guest, process)).domains[0]?.disks).toEqual([mapped]);
  });

  it('no longer says of a disk that it was left out when another source has it, and says it once when none has', () => {
    const leftOut = ({ key, id }: { key: string; id: string }) => ({
      subject: `web, disk ${id}`,
      sentence: 'The disk … is left out.',
      hint: key,
      leftOut: { domain: key, disk: id },
    });
    const from = (source: Source, key: string, disks: readonly HostDisk[], left: readonly string[]) => ({
      source,
      domains: [domain(source, key, disks, { pid: 7 })],
      findings: left.map((id) => leftOut({ key, id })),
    });
    const conf = from('proxmox', 'proxmox:100', [], ['scsi0', 'scsi1']);
    const process = from('qemu-process', 'qemu:7', [disk('scsi0')], ['scsi1']);
    const { domains, findings } = mergeDomains([conf, process]);
    expect(domains[0]?.disks.map(({ id }) => id)).toEqual(['scsi0']);
    expect(findings).toEqual([
      { subject: 'web, disk scsi1', sentence: 'The disk … is left out.', hint: 'proxmox:100' },
    ]);
    // The better source has what the process left out: an image handed over as a descriptor.
    const xml = from('libvirt', `libvirt:${UUID}`, [disk('scsi1')], []);
    expect(mergeDomains([process, xml]).findings).toEqual([]);
  });

  it('drops what only the command line could tell once that is there', () => {
    const said = (key: string) => ({
      subject: 'web',
      sentence: 'It has args of its own.',
      hint: '…',
      untilRunning: key,
    });
    const conf = {
      source: 'proxmox' as const,
      domains: [domain('proxmox', 'proxmox:100', [])],
      findings: [said('proxmox:100')],
    };
    expect(mergeDomains([conf]).findings).toEqual([{ subject: 'web', sentence: 'It has args of its own.', hint: '…' }]);
    expect(mergeDomains([conf, ...told(domain('qemu-process', 'qemu:7', [], { pid: 7 }))]).findings).toEqual([]);
  });

  it('believes what runs about its device, also where that has nothing against discards', () => {
    const off = 'machine type pc-i440fx-3.1';
    const process = domain('qemu-process', 'qemu:7', [disk('a'), disk('b', { withoutDiscard: 'discard=off' })], {
      pid: 7,
    });
    const xml = domain('libvirt', `libvirt:${UUID}`, [disk('a', { withoutDiscard: off }), disk('b')]);
    expect(mergeDomains(told(process, xml)).domains[0]?.disks.map(({ withoutDiscard }) => withoutDiscard)).toEqual([
      null,
      'discard=off',
    ]);
    const conf = domain('proxmox', 'proxmox:1', [disk('a', { withoutDiscard: off })]);
    expect(mergeDomains(told(conf)).domains[0]?.disks).toMatchObject([{ withoutDiscard: off }]);
  });

  it('believes what runs about the format of the same image, and not of another', () => {
    const process = domain('qemu-process', 'qemu:7', [disk('a', { format: 'luks' }), disk('b', { format: 'luks' })], {
      pid: 7,
    });
    const xml = domain('libvirt', `libvirt:${UUID}`, [
      disk('a', { format: 'raw' }),
      disk('b', { image: '/images/overlay', format: 'qcow2' }),
    ]);
    expect(mergeDomains(told(process, xml)).domains[0]?.disks.map(({ format }) => format)).toEqual(['luks', 'qcow2']);
  });
});
