import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../collector/src/qemu/command-line.ts';

const QEMU = 'qemu-system-x86_64';
const parse = (words: string, more: { program?: string; configurations?: ReadonlyMap<string, string | null> } = {}) =>
  parseCommandLine({
    argv: [more.program ?? QEMU, ...words.split(' ')],
    cwd: '/',
    configurations: more.configurations ?? new Map(),
  });
const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/explain/${name}.argv`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
const said = ({ disks, findings }: ReturnType<typeof parse>) => [
  ...disks.map(({ id, bus, image }) => `${id} ${bus} ${image}`),
  ...findings.map(({ subject, sentence }) => `${subject}: ${sentence}`),
];

/** Of QEMU's own list of storage devices: controllers, and what is a folder or a medium that nobody trims. */
const NO_DISKS =
  /^(?:am53c974|cxl-|dc390|floppy|ich9-ahci|ide-cd|isa-|lsi|megasas|mptsas|nvme-subsys|piix|pvscsi|scsi-cd|sdhci|usb-bot|usb-mtp|usb-uas|vhost-user-fs|virtio-9p|virtio-scsi)/;
/** Whose disks have no `-blockdev`. */
const WITHOUT_DRIVE = /^(?:vhost-|nvdimm|virtio-pmem)/;

describe('every device that can hold a disk', () => {
  const help = execFileSync(QEMU, ['-device', 'help'], { encoding: 'utf8' });
  const storage = /Storage devices:\n([\s\S]*?)\n\n/.exec(help)?.[1] ?? '';
  const names = [...storage.matchAll(/^name "([^"]+)"(?:.*alias "([^"]+)")?/gm)].flatMap(([, name = '', alias]) =>
    alias === undefined ? [name] : [name, alias],
  );

  it('is in the list of the QEMU of this machine', () => {
    expect(names.length).toBeGreaterThan(40);
  });

  it.each(names.filter((name) => !NO_DISKS.test(name)))('%s is a disk, or has a finding', (name) => {
    const node = WITHOUT_DRIVE.test(name) ? '' : '-blockdev driver=file,node-name=n,filename=/i ';
    const told = parse(`${node}-device ${name},id=d${node === '' ? '' : ',drive=n'}`);
    expect(told.disks.length + told.findings.length).toBeGreaterThan(0);
    expect(told.findings.filter(({ sentence }) => sentence.includes('given to no device'))).toEqual([]);
  });
});

describe('every option that can bring a disk', () => {
  const help = execFileSync(QEMU, ['-h'], { encoding: 'utf8' });
  const block = /\nBlock device options:\n([\s\S]*?)\n\n/.exec(help)?.[1] ?? '';
  const names = [...block.matchAll(/^-([a-z-]+)(?:\/-([a-z-]+))?/gm)].flatMap(([, one = '', other]) =>
    other === undefined ? [one] : [one, other],
  );
  /** Media that nobody trims, folders, and what changes other drives or tells how to reach them. */
  const noDisks = new Set(['fda', 'fdb', 'cdrom', 'fsdev', 'virtfs', 'snapshot', 'iscsi']);

  it('is in the help of the QEMU of this machine', () => {
    expect(names).toEqual(expect.arrayContaining(['hda', 'hdd', 'drive', 'blockdev', 'sd', 'mtdblock', 'cdrom']));
  });

  it.each([...new Set(names)].filter((name) => !noDisks.has(name)))('-%s is a disk, or has a finding', (name) => {
    const value = name === 'blockdev' ? 'driver=file,node-name=n,filename=/i' : name === 'drive' ? 'file=/i' : '/i';
    const { disks, findings } = parse(`-${name} ${value}`);
    expect(disks.length + findings.length).toBe(1);
  });
});

describe('what is on a command line and was silent', () => {
  it('a disk of vhost-user-blk is another process’', () => {
    const told = parseCommandLine({ argv: fixture('vhost-user-blk'), cwd: '/' });
    expect(told.disks).toMatchObject([
      { id: 'disk0', bus: 'virtio-blk', image: 'vhostuser:/v.sock', storage: 'network', nodes: [], pciPath: ['05.0'] },
    ]);
    expect(told.findings).toMatchObject([
      { subject: 'web, disk disk0', sentence: expect.stringContaining('served by another process over /v.sock') },
    ]);
  });

  it.each([
    ['-chardev socket,id=c,path=/s -device vhost-user-scsi-pci,chardev=c', 'served by another process over /s'],
    ['-device vhost-scsi-pci,wwpn=naa.500140500000abcd', 'naa.500140500000abcd are served by the kernel'],
    [
      '-object memory-backend-file,id=m,mem-path=/n.img,size=1G -device nvdimm,memdev=m',
      '/n.img is memory of the guest',
    ],
    ['-object memory-backend-file,id=m,mem-path=/n.img,size=1G -device virtio-pmem-pci,memdev=m', '/n.img is memory'],
    ['-drive file=/i,if=none,id=spare', 'The drive spare is given to no device'],
    ['-M microvm -hda /i', 'is given to no device'],
    ['-blockdev driver=file,node-name=n,filename=/i', "The block node 'n' is given to no device"],
    ['-mtdblock /i', 'is flash memory of the machine'],
    ['-usbdevice disk:/i', 'by -usbdevice'],
    ['-readconfig /etc/guest.cfg', '-readconfig /etc/guest.cfg, which is not read'],
    ['-device vhost-vdpa-device-pci,vhostdev=/dev/vhost-vdpa-0', 'if it is a disk, it is left out'],
  ])('%s', (words, sentence) => {
    const { disks, findings } = parse(words);
    expect(disks).toEqual([]);
    expect(findings).toMatchObject([{ sentence: expect.stringContaining(sentence), hint: expect.any(String) }]);
  });

  it('a part of a file, as a part: its discards can be seen, and nothing of the whole file is taken for its own', () => {
    const nodes =
      '-blockdev driver=file,node-name=f,filename=/i -blockdev driver=raw,node-name=r,file=f,offset=0,size=512';
    expect(parse(`${nodes} -device virtio-blk-pci,drive=r,id=d`)).toMatchObject({
      disks: [{ id: 'd', image: '/i', storage: 'part' }],
      findings: [],
    });
  });

  it('the drives of machines without IDE', () => {
    const pseries = parseCommandLine({ argv: fixture('pseries'), cwd: '/' });
    expect(said(pseries)).toEqual(['scsi0-hd0 scsi /a.img']);
    expect(said(parse('-M pseries -hda /a.img', { program: 'qemu-system-ppc64' }))).toEqual(['scsi0-hd0 scsi /a.img']);
    expect(said(parse('-M vexpress-a9 -drive file=/a.img', { program: 'qemu-system-arm' }))).toEqual([
      'unknown0 unknown /a.img',
    ]);
    expect(said(parse('-M raspi3b -sd /a.img', { program: 'qemu-system-aarch64' }))).toEqual(['sd0 unknown /a.img']);
    expect(said(parse('-drive file=/a.img,if=xen'))).toEqual(['xen0 unknown /a.img']);
    expect(said(parse('-M virt -drive file=/a.img', { program: 'qemu-system-riscv64' }))).toEqual([
      'virtio0 virtio-blk /a.img',
    ]);
    expect(said(parse('-M virt-9.0 -hda /a.img', { program: '/usr/libexec/qemu-kvm' }))).toEqual([
      'virtio0 virtio-blk /a.img',
    ]);
  });

  it('and firmware, CD-ROMs, floppies and graphics cards are still no disks', () => {
    const { disks, findings, hostDevices } = parse(
      [
        '-pflash /ovmf.fd -drive if=pflash,format=raw,unit=1,file=/vars.fd -cdrom /a.iso -fda /a.flp',
        '-blockdev driver=file,node-name=fw,filename=/code.fd -machine q35,pflash0=fw',
        '-blockdev driver=file,node-name=cd,filename=/b.iso -device scsi-cd,drive=cd',
        '-device vfio-pci,host=01:00.0 -device usb-host,hostbus=1,hostport=1.2 -device virtio-net-pci',
      ].join(' '),
    );
    expect({ disks, findings }).toEqual({ disks: [], findings: [] });
    expect(hostDevices).toEqual([
      { kind: 'pci', address: '0000:01:00.0' },
      { kind: 'usb', address: '1-1.2' },
    ]);
  });
});

describe('options that change others', () => {
  const DISK = '-drive file=/i,format=raw,if=none,id=n -device virtio-blk-pci,drive=n,id=d';

  // As QEMU 7.2 was measured: a kind of device and its ancestors, and no alias.
  it.each([
    ['-global virtio-blk-pci.discard=off', 'discard=off'],
    ['-global virtio-blk-device.discard=off', 'discard=off'],
    ['-global driver=virtio-blk-pci-base,property=discard,value=off', 'discard=off'],
    ['-global virtio-blk.discard=off', null],
    ['-global virtio-blk-pci-non-transitional.discard=off', null],
    ['-set device.d.discard=off', 'discard=off'],
    ['-set device.other.discard=off', null],
  ])('%s', (words, withoutDiscard) => {
    expect(parse(`${DISK} ${words}`).disks).toMatchObject([{ id: 'd', withoutDiscard }]);
  });

  it('the device itself goes before -global, and that before the age of the machine', () => {
    const old = '-M pc-i440fx-3.1 -global virtio-blk-pci.discard=on';
    expect(parse(`${old} ${DISK}`).disks).toMatchObject([{ withoutDiscard: null }]);
    expect(parse(`-global virtio-blk-pci.discard=on ${DISK},discard=off`).disks).toMatchObject([
      { withoutDiscard: 'discard=off' },
    ]);
    const hd = '-global scsi-disk-base.discard_granularity=0 -device virtio-scsi-pci -device scsi-hd,drive=n,id=d';
    expect(parse(`-drive file=/i,if=none,id=n ${hd}`).disks).toMatchObject([
      { withoutDiscard: 'discard_granularity=0' },
    ]);
    expect(parse('-hda /i -global ide-hd.discard_granularity=0').disks).toMatchObject([
      { withoutDiscard: 'discard_granularity=0' },
    ]);
  });

  it('-set can give a drive another image and a device a serial', () => {
    const { disks } = parse(`${DISK} -set drive.n.file=/other,name -set device.d.serial=s`);
    expect(disks).toMatchObject([{ image: '/other,name', serial: 's' }]);
  });
});

describe('-readconfig', () => {
  const incus = readFileSync(new URL('../../fixtures/explain/incus.cfg', import.meta.url), 'utf8');

  it('is read as if its options stood on the command line', () => {
    const told = parseCommandLine({
      argv: fixture('incus-readconfig'),
      cwd: '/',
      configurations: new Map([['/run/incus/web/qemu.conf', incus]]),
    });
    expect(told.monitors).toEqual([{ kind: 'socket', path: '/run/incus/web/qemu.monitor' }]);
    expect(told.findings).toMatchObject([{ sentence: expect.stringContaining('No disk is on its command line') }]);
    const more = `${incus}[drive "root"]\nfile = "/r,oot.img"\nif = "none"\nformat = "raw"\n[device "d"]\ndriver = "scsi-hd"\nbus = "qemu_scsi.0"\ndrive = "root"\n`;
    expect(parse('-readconfig /c', { configurations: new Map([['/c', more]]) }).disks).toMatchObject([
      { id: 'd', bus: 'virtio-scsi', image: '/r,oot.img', pciPath: ['01.0', '00.0'] },
    ]);
  });

  it('that cannot be read is told', () => {
    const configurations = new Map([['/c', null]]);
    expect(parse('-readconfig /c -hda /i', { configurations })).toMatchObject({
      disks: [{ image: '/i' }],
      findings: [{ sentence: expect.stringContaining('which cannot be read'), hint: 'cat /c' }],
    });
  });

  it('the monitor of -qmp chardev:ID is that character device', () => {
    expect(parseCommandLine({ argv: fixture('qmp-by-chardev'), cwd: '/' }).monitors).toEqual([
      { kind: 'socket', path: '/run/q.sock' },
    ]);
  });
});

// The same storage as libvirt names it (the test of its disks), in each way that QEMU takes it.
it.each([
  [
    'driver=gluster,volume=vol,path=x.raw,server.0.type=inet,server.0.host=g.example.org,server.0.port=24007',
    'gluster:g.example.org/vol/x.raw',
  ],
  [
    'driver=gluster,volume=vol,path=x.raw,server.0.type=inet,server.0.host=g.example.org,server.0.port=24008',
    'gluster:g.example.org:24008/vol/x.raw',
  ],
  ['driver=ssh,path=/srv/a.raw,server.host=s.example.org,server.port=22', 'ssh:s.example.org/srv/a.raw'],
  ['driver=nbd,server.type=inet,server.host=n.example.org,server.port=10809,export=e', 'nbd:n.example.org/e'],
  ['driver=nbd,server.type=unix,server.path=/run/n.sock,export=e', 'nbd:unix:/run/n.sock:exportname=e'],
  [
    'driver=iscsi,portal=i.example.org:3260,target=iqn.2013-07.com.example:x,lun=0,transport=tcp',
    'iscsi:iqn.2013-07.com.example:x/0',
  ],
  ['driver=rbd,pool=pool,image=image,snapshot=s', 'rbd:pool/image@s'],
  ['driver=https,url=https://w.example.org:443/a.raw', 'https:w.example.org/a.raw'],
  ['driver=nvme,device=0000:01:00.0,namespace=1', 'nvme:0000:01:00.0/1'],
  ['driver=virtio-blk-vhost-vdpa,path=/dev/vhost-vdpa-0', 'vhostvdpa:/dev/vhost-vdpa-0'],
])('the node %s is %s', (node, image) => {
  const { disks } = parse(`-blockdev ${node},node-name=n -device virtio-blk-pci,drive=n`);
  expect(disks).toMatchObject([{ image, storage: 'network' }]);
});

it.each([
  ['gluster://g.example.org:24007/vol/x.raw', 'gluster:g.example.org/vol/x.raw'],
  ['gluster+unix:///vol/x.raw?socket=/run/g.sock', 'gluster:unix:/run/g.sock/vol/x.raw'],
  ['ssh://me@s.example.org/srv/a.raw', 'ssh:s.example.org/srv/a.raw'],
  ['nbd:n.example.org:10809:exportname=e', 'nbd:n.example.org/e'],
  ['nbd:unix:/run/n.sock:exportname=e', 'nbd:unix:/run/n.sock:exportname=e'],
  ['nbd+unix:///e?socket=/run/n.sock', 'nbd:unix:/run/n.sock:exportname=e'],
  ['iscsi://me%secret@i.example.org:3260/iqn.2013-07.com.example%3Ax/0', 'iscsi:iqn.2013-07.com.example:x/0'],
  ['nvme://0000:01:00.0/1', 'nvme:0000:01:00.0/1'],
])('the address %s is %s', (file, image) => {
  expect(parse(`-drive file=${file},format=raw,if=virtio`).disks).toMatchObject([{ image, storage: 'network' }]);
});
