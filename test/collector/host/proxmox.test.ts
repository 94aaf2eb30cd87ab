import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostReader } from '../../../collector/src/host/host-view.ts';
import type { Domain, HostView } from '../../../collector/src/model/domain.ts';
import type { HostFiles } from '../../../collector/src/ports/host-files.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { processSourceOf, proxmoxSourceOf } from './host-processes.ts';
import { createHostTree, type HostTree } from './host-tree.ts';
import { writeProxmoxHost } from './proxmox-host.ts';

let tree: HostTree;
beforeEach(() => {
  tree = createHostTree();
  writeProxmoxHost(tree);
});
afterEach(() => tree.remove());

const rows = ({ disks }: Domain) =>
  disks.map(({ id, bus, image, storage, format, nodes }) =>
    [id, bus, image, storage, format, nodes.map(({ discard }) => discard).join('+')].join(' '),
  );

async function read() {
  const answer = await proxmoxSourceOf(tree.files).read();
  if (answer.kind === 'unavailable') throw new Error(answer.why);
  return answer;
}

describe('the Proxmox VE source', () => {
  it('reads the current section, and neither what is pending nor what a snapshot remembers', async () => {
    const [web] = (await read()).domains;
    expect(web).toMatchObject({
      key: 'proxmox:101',
      name: 'web2',
      uuid: '5b0f3c9e-77f6-4a0b-8f53-9b7a3f9c2c11',
      pid: 4101,
      monitors: [{ kind: 'socket', path: '/var/run/qemu-server/101.qmp' }],
    });
    expect(web && rows(web)).toEqual([
      'scsi0 virtio-scsi /var/lib/vz/images/101/vm-101-disk-0.qcow2 file qcow2 unmap+unmap',
      'scsi1 virtio-scsi /dev/pve/vm-101-disk-1 block raw ignore+ignore',
      'virtio0 virtio-blk rbd:guests/vm-101-disk-2 network raw unmap+unmap',
    ]);
    // What waits for the next start is what a fix must build on, or must not ask for again.
    expect(web?.disks[1]).toMatchObject({
      atNextStart: 'unmap',
      setting: 'local-lvm:vm-101-disk-1,discard=on,iothread=1,size=8G',
    });
    expect(web?.disks[1]).toMatchObject({ scsiAddress: { channel: 0, target: 0, lun: 1 }, detectZeroes: 'on' });
    expect(web?.disks[2]).toMatchObject({ serial: 'data one', scsiAddress: null });
  });

  it('places volumes of every kind of storage, and says which it cannot', async () => {
    const { domains, findings } = await read();
    const other = domains[1];
    expect(other).toMatchObject({ key: 'proxmox:200', name: 'VM 200', uuid: null, pid: null, monitors: [] });
    expect(other && rows(other)).toEqual([
      'sata0 sata /dev/zvol/rpool/data/vm-200-disk-0 block raw ignore+ignore',
      'sata1 sata /mnt/pve/nas/images/200/vm-200-disk-0.raw file raw unmap+unmap',
      'sata2 sata /srv/guests/disks/200/vm-200-disk-1.qcow2 file qcow2 ignore+ignore',
      'ide0 ide /fast/images/200/vm-200-disk-3/disk.raw file raw ignore+ignore',
      'ide3 ide /dev/disk/by-id/ata-SSD_1234 block raw ignore+ignore',
      'scsi0 scsi /dev/san0/vm-200-disk-4.qcow2 block qcow2 ignore+ignore',
      'scsi3 scsi /mnt/pve/office/images/200/vm-200-disk-5.qcow2 file qcow2 ignore+ignore',
    ]);
    expect(other?.disks[6]?.scsiAddress).toEqual({ channel: 0, target: 3, lun: 0 });
    expect(other?.disks[3]?.detectZeroes).toBe('off');
    expect(findings.map(({ subject }) => subject)).toEqual([
      'VM 200, disk scsi9',
      'VM 200, disk scsi10',
      'VM 200, disk scsi14',
    ]);
    expect(findings[1]?.sentence).toContain('local:../../etc/shadow');
  });

  it('is one guest with the process that runs it, each telling what it knows', async () => {
    const sources = [proxmoxSourceOf(tree.files), processSourceOf(tree.files)];
    const { domains } = await createHostReader({ sources, clock: createTestClock() })();
    expect(domains.map(({ key, seenBy }) => [key, seenBy])).toEqual([
      ['proxmox:101', ['proxmox', 'qemu-process']],
      ['proxmox:200', ['proxmox']],
    ]);
    expect(domains[0]?.disks).toMatchObject([
      { id: 'scsi0', pciPath: ['05.0', '01.0'] },
      // What is in force, not what Proxmox VE would write today.
      { id: 'scsi1', nodes: [{ discard: 'ignore' }, { discard: 'unmap' }] },
      { id: 'virtio0', pciPath: ['0a.0'], serial: 'data one' },
    ]);
  });

  it('says that it cannot read the storages, and what the guests are all the same', async () => {
    const bare = createHostTree();
    bare.write({ path: '/etc/pve/qemu-server/7.conf', text: 'name: lonely\nscsi0: local:7/a.raw\n' });
    const answer = await proxmoxSourceOf(bare.files).read();
    expect(answer).toMatchObject({
      domains: [{ name: 'lonely', disks: [] }],
      findings: [{ subject: '/etc/pve/storage.cfg' }, { subject: 'lonely, disk scsi0' }],
    });
    bare.remove();
  });
});

describe('a cluster filesystem that goes while it is read', () => {
  /** Reads once whole, then while `meanwhile` happens before the first guest is read. */
  async function readTwice(meanwhile: (files: { -readonly [Name in keyof HostFiles]: HostFiles[Name] }) => void) {
    const files = { ...tree.files };
    const readHost = createHostReader({ sources: [proxmoxSourceOf(files)], clock: createTestClock() });
    const before = await readHost();
    files.readText = async (path, most) => {
      if (path === '/etc/pve/qemu-server/101.conf') meanwhile(files);
      return tree.files.readText(path, most);
    };
    return { before, after: await readHost() };
  }
  const keys = ({ domains }: HostView) => domains.map(({ key }) => key);

  it('takes no guest with it: the last reading stays, with its age', async () => {
    const { before, after } = await readTwice(() => tree.drop('/etc/pve'));
    expect(keys(before)).toEqual(['proxmox:101', 'proxmox:200']);
    expect(keys(after)).toEqual(keys(before));
    expect(after.sources).toMatchObject([
      { used: true, sentence: '2 guests as of 0 s ago; now: /etc/pve went away while it was read' },
    ]);
    expect(after.findings).toContainEqual(
      expect.objectContaining({ subject: 'proxmox', hint: 'systemctl status pve-cluster' }),
    );
  });

  it('also where it hangs, and is silent from then on', async () => {
    const { before, after } = await readTwice((files) => {
      files.readText = async () => null;
      files.silentPlace = (path) => (path.startsWith('/etc/pve') ? '/etc/pve' : null);
    });
    expect(keys(after)).toEqual(keys(before));
    expect(after.sources[0]?.sentence).toContain('stopped answering while it was read');
  });

  it('also where it is back before the end', async () => {
    const { before, after } = await readTwice((files) => {
      files.readText = async () => null;
    });
    expect(keys(after)).toEqual(keys(before));
    expect(after.sources[0]?.sentence).toContain('has 200.conf, which could not be read');
  });

  it('and a guest that is removed meanwhile is gone', async () => {
    const { after } = await readTwice(() => tree.drop('/etc/pve/qemu-server/200.conf'));
    expect(keys(after)).toEqual(['proxmox:101']);
  });
});

describe('containers of Proxmox VE', () => {
  const container = (vmid: number, ...lines: string[]) =>
    tree.write({ path: `/etc/pve/lxc/${vmid}.conf`, text: lines.join('\n') });
  const told = async () => (await read()).findings.filter(({ subject }) => subject === 'containers of Proxmox VE');

  it('are told in one finding, with the command that trims them', async () => {
    container(
      105,
      'hostname: mail',
      'rootfs: local-lvm:vm-105-disk-0,size=8G',
      'mp0: ceph:vm-105-disk-1,mp=/srv,size=1T',
    );
    container(
      106,
      'rootfs: local:106/vm-106-disk-0.raw,size=4G',
      'mp1: /srv/shared,mp=/shared',
      '[before]',
      'mp2: ceph:x',
    );
    expect(await told()).toEqual([
      {
        subject: 'containers of Proxmox VE',
        sentence:
          'Their volumes take room in the same pools, and are trimmed by this host alone. 105 (mail): local-lvm:vm-105-disk-0, ceph:vm-105-disk-1; 106 (CT 106): local:106/vm-106-disk-0.raw.',
        hint: 'pct fstrim 105; pct fstrim 106',
      },
    ]);
  });

  it('are not told where their files are in datasets and folders, which give space back at once', async () => {
    container(107, 'rootfs: local-zfs:subvol-107-disk-0,size=8G');
    container(108, 'rootfs: local:108/subvol-108-disk-0.subvol,size=0T');
    expect(await told()).toEqual([]);
  });
});
