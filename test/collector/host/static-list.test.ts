import { Fault } from '@trimtab/protocol/shared';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { createStaticSource, parseStaticGuests } from '../../../collector/src/host/static-list.ts';

const read = (toml: string) => parseStaticGuests({ raw: parse(toml).guest, place: 'collector.toml' });

function readFault(toml: string): string {
  try {
    read(toml);
  } catch (error) {
    if (error instanceof Fault && error.detail.code === 'bad-guest-entry') return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('parseStaticGuests', () => {
  it('reads full and bare entries', async () => {
    const guests = read(`
      [[guest]]
      name = "web1"
      uuid = "4DEA22B3-1D52-D8F3-2516-782E98AB3FA0"
      qmp = "/run/web1.qmp"
      [[guest.disk]]
      image = "/images/web1.qcow2"
      format = "qcow2"
      serial = "root"
      wwn = "0x5000c50015ea71aa"
      pci-address = "0000:00:05.0"
      discard = "unmap"
      [[guest]]
      name = "bare"
      [[guest.disk]]
      image = "/images/bare.raw"
    `);
    const answer = await createStaticSource({ guests }).read();
    const [full, bare] = answer.kind === 'answered' ? answer.domains : [];
    expect(full).toEqual({
      key: 'static:web1',
      name: 'web1',
      uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0',
      guestUuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0',
      source: 'static-list',
      libvirtUri: null,
      seenBy: ['static-list'],
      isRunning: null,
      pid: null,
      monitors: [{ kind: 'socket', path: '/run/web1.qmp' }],
      bootId: null,
      disks: [
        {
          id: 'disk 1',
          bus: 'unknown',
          image: '/images/web1.qcow2',
          storage: 'file',
          format: 'qcow2',
          readOnly: false,
          serial: 'root',
          wwn: '0x5000c50015ea71aa',
          pciPath: ['05.0'],
          scsiAddress: null,
          kernelName: null,
          nodes: [{ node: null, role: 'file', discard: 'unmap' }],
          detectZeroes: null,
          discardGranularityBytes: null,
          withoutDiscard: null,
          discardNoUnref: false,
          setting: null,
          atNextStart: null,
          shareable: false,
        },
      ],
    });
    expect(bare).toMatchObject({ uuid: null, monitors: [], disks: [{ format: null, serial: null, nodes: [] }] });
  });

  it('has no guests where the configuration has no entry', () => {
    expect(read('')).toEqual([]);
  });

  it('names the entry and the key that are wrong', () => {
    const disk = '[[guest.disk]]\nimage = "/i"\n';
    const first = `[[guest]]\nname = "ok"\n${disk}`;
    const faultOf = (entry: string) => readFault(`${first}[[guest]]\n${entry}`);
    expect(readFault('guest = "web1"')).toContain('collector.toml: guest: is not a list');
    expect(faultOf(disk)).toContain('collector.toml: [[guest]] number 2, name');
    expect(faultOf('name = "b"')).toContain('[[guest]] number 2 (b), disk');
    expect(faultOf('name = "b"\n[[guest.disk]]\nimage = "b.raw"')).toContain(
      '(b), disk.0.image: must be an absolute path',
    );
    expect(faultOf(`name = "b"\nuuid = "x"\n${disk}`)).toContain('(b), uuid: must look like');
    expect(faultOf(`name = "b"\ncolour = "red"\n${disk}`)).toContain('(b), colour');
    expect(faultOf(`name = "b"\n${disk}discard = "on"`)).toContain('disk.0.discard: must be "unmap" or "ignore"');
    // Behind a bridge the guest's firmware numbers the buses: such an address could be any disk's.
    expect(faultOf(`name = "b"\n${disk}pci-address = "0000:02:00.0"`)).toContain('disk.0.pci-address: must look like');
    expect(faultOf(`name = "ok"\n${disk}`)).toContain(
      'has the name or the uuid of collector.toml: [[guest]] number 1 (ok)',
    );
  });
});
