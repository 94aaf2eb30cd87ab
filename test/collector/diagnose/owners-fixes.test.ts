import { describe, expect, it } from 'vitest';
import { diagnoseDisk } from '../../../collector/src/diagnose/diagnose-disk.ts';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import type { Domain } from '../../../collector/src/model/domain.ts';
import { parseCommandLine } from '../../../collector/src/qemu/command-line.ts';
import { CAUSE_CASES, COUNTED_NOTHING } from './cause-cases.ts';
import { examined, type Given, IGNORE, trimmed } from './examples.ts';

// Every fix for a guest that libvirt or Proxmox VE keeps is a command of theirs: what is done past them they undo, or
// cannot.

const LIBVIRT: Partial<Domain> = { key: 'libvirt:u', source: 'libvirt', libvirtUri: 'qemu:///system' };
const PROXMOX: Partial<Domain> = { key: 'proxmox:101', source: 'proxmox' };
const SETTING = 'local:101/vm-101-disk-0.vmdk,size=4G';

function fixOf(cause: string, domain: Partial<Domain>, given: Given = {}): string {
  const found = CAUSE_CASES[cause]?.found ?? {};
  const disk = { ...found.disk, ...(domain === PROXMOX ? { id: 'scsi0', setting: SETTING } : {}), ...given.disk };
  const judged = judge(trimmed({ ...found, ...given, disk, domain: { ...found.domain, ...domain } }));
  expect(judged.cause).toBe(cause);
  return judged.fix ?? '';
}

describe('an internal snapshot is deleted by whoever lists it, in the guest that runs', () => {
  it('by libvirt', () => {
    const fix = fixOf('internal-snapshot', LIBVIRT);
    expect(fix).toMatch(/^virsh snapshot-delete fedora19 'before the upgrade'\nvirsh snapshot-delete fedora19 s2\n/);
    expect(judge(trimmed({ ...CAUSE_CASES['internal-snapshot']?.found, domain: LIBVIRT })).needsPowerCycle).toBe(false);
  });

  it('by the libvirt of its URI', () => {
    const fix = fixOf('internal-snapshot', { ...LIBVIRT, libvirtUri: 'qemu:///session' });
    expect(fix).toContain('virsh --connect qemu:///session snapshot-delete fedora19 s2\n');
  });

  it('by Proxmox VE', () => {
    const fix = fixOf('internal-snapshot', PROXMOX);
    expect(fix).toMatch(/^qm delsnapshot 101 'before the upgrade'\nqm delsnapshot 101 s2\n/);
  });

  it('by qemu-img, with the guest off, where nobody else knows of it', () => {
    expect(fixOf('internal-snapshot', {})).toMatch(
      /^Power fedora19 off: its QEMU holds the image\.\nqemu-img snapshot -d/,
    );
  });
});

describe('who keeps the guest gets its new image, its machine type, its overlay', () => {
  it.each<[string, Partial<Domain>, RegExp, Given]>([
    [
      'driver-drops-discard',
      LIBVIRT,
      /^qemu-img convert -f vdi .* && virt-xml fedora19 --edit path=\/images\/a\.img --disk source\.file=\/images\/a\.img\.qcow2,driver\.type=qcow2,driver\.discard=unmap$/m,
      {},
    ],
    ['driver-drops-discard', PROXMOX, /^qm disk move 101 scsi0 local --format qcow2$/m, {}],
    [
      'holes-smaller-than-cluster',
      LIBVIRT,
      /^qemu-img convert .* && virt-xml fedora19 --edit .*source\.file=\/images\/a\.img\.small-clusters/m,
      {},
    ],
    ['holes-smaller-than-cluster', PROXMOX, /^qm disk move 101 scsi0 STORAGE --format qcow2$/m, {}],
    ['compat-010-overlay', LIBVIRT, /^Power fedora19 off \(virsh shutdown fedora19\)/, {}],
    ['compat-010-overlay', PROXMOX, /^Power fedora19 off \(qm shutdown 101\)/, {}],
    ['backing-file', LIBVIRT, /^virsh blockcommit fedora19 \/images\/a\.img --active --pivot --wait$/m, {}],
    ['backing-file', PROXMOX, /qm delsnapshot\s101 NAME/, {}],
    ['thin-snapshot', {}, /^lvremove those of vg0\/snap that nobody needs/, {}],
    ['discard-no-unref', LIBVIRT, /virsh\sedit\sfedora19/, {}],
    ['discard-no-unref', PROXMOX, /qm\sdisk\smove/, {}],
    [
      'device-without-discard',
      LIBVIRT,
      /virt-xml fedora19 --edit --boot machine=q35/,
      { disk: { withoutDiscard: 'machine type pc-q35-3.1' } },
    ],
    [
      'device-without-discard',
      PROXMOX,
      /^qm set 101 --machine q35$/m,
      { disk: { withoutDiscard: 'machine type pc-q35-3.1' } },
    ],
    ['dropped-in-qemu', LIBVIRT, /^virt-xml fedora19 --edit/, {}],
    ['dropped-in-qemu', PROXMOX, /^qm set 101 --scsi0 local:101\/vm-101-disk-0\.vmdk,size=4G,discard=on$/m, {}],
  ])('%s, %o', (cause, domain, fix, given) => {
    expect(fixOf(cause, domain, given)).toMatch(fix);
  });
});

it('an image is replaced by its copy in one line, and only where that is whole', () => {
  const { remedy } = judge(trimmed({ ...CAUSE_CASES['extents-held-in-part']?.found }));
  expect(remedy?.commands).toEqual([
    'cp --reflink=never --sparse=always --preserve=mode,ownership /images/a.img /images/a.img.whole && mv /images/a.img.whole /images/a.img',
  ]);
});

it('ext4 is made to forget from the host as well, where libvirt can ask qemu-ga', () => {
  const channel = { kind: 'libvirt', uri: 'qemu:///system', domain: 'u' } as const;
  const guestAgent = { kind: 'channel', channel } as const;
  const cure = /virsh\sdomfstrim\sfedora19\s--minimum\s67108864\s&&\strimtab\strim\sfedora19/;
  expect(fixOf('ext4-groups-flagged', { ...LIBVIRT, guestAgent })).toMatch(cure);
  expect(fixOf('ext4-groups-flagged', LIBVIRT)).not.toContain('domfstrim');
  expect(fixOf('ext4-groups-flagged', { ...PROXMOX, guestAgent })).not.toContain('domfstrim');
});

describe('a live repair is offered where it would be carried out', () => {
  const ignoring = (given: Given) => judge(trimmed({ nodes: IGNORE, hops: COUNTED_NOTHING, ...given })).fix;
  const REFUSED = { kind: 'impossible', why: 'is on an nbd node', isPlugged: false } as const;

  it('of a guest of nobody, when its QEMU has agreed', () => {
    expect(ignoring({ repair: { kind: 'possible' } })).toMatch(/^trimtab repair fedora19 sda --yes$/m);
    for (const repair of [REFUSED, { kind: 'unasked' }, null] as const) {
      expect(ignoring({ repair })).not.toContain('trimtab repair');
      expect(ignoring({ repair })).toMatch(/"discard":"unmap" to each of these -blockdev.*power the guest off/s);
    }
  });

  it('by its image, where libvirt has another name for the disk than the guest', () => {
    const libvirts = (target: string) => ignoring({ domain: LIBVIRT, repair: { kind: 'possible' }, disk: { target } });
    expect(libvirts('sda')).toMatch(/trimtab\srepair\sfedora19\ssda\s--even-if-tainted/);
    expect(libvirts('vdb')).toMatch(/trimtab\srepair\sfedora19\s\/images\/a\.img\s--even-if-tainted/);
  });

  it('of a guest of libvirt with what it costs, and not where the command line forbids it', () => {
    const libvirts = (repair: Given['repair']) =>
      ignoring({ domain: LIBVIRT, ...(repair === undefined ? {} : { repair }) });
    expect(libvirts({ kind: 'unasked' })).toMatch(
      /if its\sQEMU\sagrees.*trimtab\srepair\sfedora19\ssda\s--even-if-tainted/s,
    );
    expect(libvirts(REFUSED)).not.toContain('trimtab');
    expect(libvirts(null)).not.toContain('trimtab');
  });

  it('of a disk that was plugged into libvirt’s guest: out, and in again with discard=unmap', () => {
    const repair = { kind: 'impossible', why: 'is not on its command line', isPlugged: true } as const;
    const plugged = (atNextStart: 'ignore' | 'absent' | null) =>
      judge(
        trimmed({
          nodes: IGNORE,
          hops: COUNTED_NOTHING,
          domain: LIBVIRT,
          repair,
          disk: { id: 'scsi0-0-0-2', atNextStart },
        }),
      );
    expect(plugged('absent').remedy).toEqual({
      on: 'host',
      first: 'It was plugged into the QEMU that runs. Unmount what is on sda in the guest.',
      commands: [
        `virsh dumpxml fedora19 --xpath '//disk[alias/@name="scsi0-0-0-2"]' | sed 's/ discard=.[a-z]*.//; s/<driver /<driver discard="unmap" /' > scsi0-0-0-2.xml`,
        'virsh detach-device fedora19 scsi0-0-0-2.xml --live',
        'virsh attach-device fedora19 scsi0-0-0-2.xml --live',
      ],
      note: 'The guest’s persistent configuration does not have this disk. Then mount it again, and trim.',
      needsPowerCycle: false,
    });
    const edit = 'virt-xml fedora19 --edit path=/images/a.img --disk driver.discard=unmap';
    expect(plugged('ignore').remedy?.commands.at(-1)).toBe(edit);
    expect(plugged(null).remedy?.commands).toHaveLength(3);
    expect(plugged(null).remedy?.note).toContain(edit);
  });
});

describe('no option that is set already', () => {
  const ignoring = (domain: Partial<Domain>, atNextStart: 'unmap' | 'absent') =>
    judge(
      trimmed({ nodes: IGNORE, hops: COUNTED_NOTHING, domain, disk: { id: 'scsi0', setting: SETTING, atNextStart } }),
    );

  it.each([LIBVIRT, PROXMOX])('%o waits for its next start', (domain) => {
    const { remedy, needsPowerCycle } = ignoring(domain, 'unmap');
    expect(remedy?.commands).toEqual([]);
    expect(remedy?.note).toMatch(/^Its configuration has discard=unmap already.*[Pp]ower the guest off and on/);
    expect(needsPowerCycle).toBe(true);
  });

  it('a disk that the persistent configuration does not have is not edited there', () => {
    expect(ignoring(LIBVIRT, 'absent').remedy?.commands).toEqual([]);
  });
});

describe('a guest that is off is not to be powered off, but started', () => {
  const fixOfOff = (cause: string, given: Given) => {
    const { findings } = diagnoseDisk(examined({ ...given, isOff: true }), null);
    expect(findings.map((finding) => finding.cause)).toEqual([cause]);
    return findings[0]?.fix;
  };

  it.each<[string, Given, string]>([
    ['host-ignores-discard', { nodes: IGNORE, domain: LIBVIRT }, 'Then start it (virsh start fedora19), and trim.'],
    [
      'host-ignores-discard',
      { nodes: IGNORE, domain: PROXMOX, disk: { id: 'scsi0', setting: SETTING } },
      'Then start it (qm start 101), and trim.',
    ],
    [
      'device-without-discard',
      { domain: LIBVIRT, disk: { withoutDiscard: 'machine type pc-q35-3.1' } },
      'Give the guest the same machine type of QEMU 4.0 or newer. Then start it (virsh start fedora19), and trim.',
    ],
  ])('%s', (cause, given, note) => {
    expect(fixOfOff(cause, given)).toMatchObject({ note, needsPowerCycle: false });
  });

  it('is to be left off while its image is replaced', () => {
    const given = { ...CAUSE_CASES['clusters-of-nobody']?.found, domain: LIBVIRT };
    expect(fixOfOff('clusters-of-nobody', given)).toMatchObject({
      first: 'Leave fedora19 off until this is done: its QEMU would hold the image.',
      note: 'Then start it, and trim.',
      needsPowerCycle: false,
    });
  });
});

it('a thin snapshot that Proxmox VE lists is deleted by it', () => {
  const image = {
    ...CAUSE_CASES['thin-snapshot']?.found.image,
    sharedWith: ['pve/snap_vm-101-disk-0_before', 'pve/mine'],
  };
  const fix = fixOf('thin-snapshot', PROXMOX, { image });
  expect(fix).toMatch(/^qm delsnapshot 101 before\nlvremove those of pve\/mine that/);
});

it('a usb-storage disk is given no option, but another bus', () => {
  const withoutDiscard = 'usb-storage';
  // As it was started once the option that does not help was set.
  const argv =
    'qemu-system-x86_64 -device qemu-xhci,id=xhci -blockdev driver=file,node-name=n,filename=/i -device usb-storage,bus=xhci.0,drive=n,id=stick,discard_granularity=4096';
  const [stick] = parseCommandLine({ argv: argv.split(' '), cwd: '/' }).disks;
  expect(stick).toMatchObject({ bus: 'usb', withoutDiscard, discardGranularityBytes: 4096 });
  const plain = fixOf('device-without-discard', {}, { disk: { ...stick } });
  expect(plain).toMatch(/^No option of a usb-storage device helps\. Attach the disk to virtio-blk/);
  expect(plain).not.toContain('discard_granularity');
  expect(fixOf('device-without-discard', LIBVIRT, { disk: { bus: 'usb', withoutDiscard } })).toMatch(
    /^virt-xml fedora19 --edit path=\/images\/a\.img --disk target\.bus=virtio,address\.type=,address\.bus=,address\.port=$/m,
  );
});
