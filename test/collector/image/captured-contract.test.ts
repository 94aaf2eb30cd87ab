import type { Commands } from '../../../collector/src/ports/commands.ts';
import { type ImagePlace, imageContract } from '../../contract/image.ts';
import { toHostDisk } from '../../support/host-disk.ts';
import { answerWith, type Device, deviceFiles, fixture } from './audited.ts';

// Captured from a real LVM in a guest; documented for ZFS and Ceph, which could not be run (test/fixtures/*/README.md).

const GIB = 2 ** 30;
const LVM_UUID = 'LVM-FHwGTJSKYJyB3qrqT6bP0dp0Ohnp1YMocoSM1184BtmwUyGYQ6Z6NIh41jGKKG5A';
const LVS = fixture('lvm/lvs.json');
const FULL = fixture('lvm/dmsetup-status.txt');
const TRIMMED = fixture('lvm/dmsetup-status-trimmed.txt');
/** thin-1 and b1 before anything was written to them. */
const EMPTY = FULL.replace('thin 572672 4194303', 'thin 0 -').replace('thin 10368 10367', 'thin 0 -');

type Phase = 'empty' | 'full' | 'trimmed';

function createCaptured(given: {
  readonly device: Device | null;
  readonly image: string;
  readonly expected: ImagePlace['expected'];
  readonly answers: (phase: Phase) => Parameters<typeof answerWith>[0];
}) {
  return async (): Promise<ImagePlace> => {
    let phase: Phase = 'empty';
    const commands: Commands = { run: (call) => answerWith(given.answers(phase)).commands.run(call) };
    const storage = given.device === null ? 'network' : 'block';
    return {
      files: deviceFiles(given.device === null ? [] : [given.device]),
      commands,
      disk: toHostDisk(given.image, { storage, format: 'raw' }),
      expected: given.expected,
      write: async () => {
        phase = 'full';
      },
      discard: async () => {
        phase = 'trimmed';
      },
      remove: async () => {},
    };
  };
}

const lvmAnswers = (phase: Phase) => ({ lvs: LVS, dmsetup: { empty: EMPTY, full: FULL, trimmed: TRIMMED }[phase] });

function createVolume({
  name,
  minor,
  sizeBytes,
  kind,
}: {
  name: string;
  minor: number;
  sizeBytes: number;
  kind: 'thin-volume' | 'thick-volume';
}) {
  const image = `/dev/vg-0/${name}`;
  return createCaptured({
    device: { path: image, number: `253:${minor}`, name: `dm-${minor}`, sizeBytes, mapperUuid: LVM_UUID },
    image,
    expected: { kind, format: 'raw', capacityBytes: sizeBytes, isMeasured: kind === 'thin-volume' },
    answers: lvmAnswers,
  });
}

imageContract(
  'thin volume, passdown',
  createVolume({ name: 'thin-1', minor: 10, sizeBytes: 2 * GIB, kind: 'thin-volume' }),
);
imageContract(
  'thin volume, nopassdown, chunks of 192 KiB',
  createVolume({ name: 'b1', minor: 13, sizeBytes: GIB / 2, kind: 'thin-volume' }),
);
imageContract('thick volume', createVolume({ name: 'thick', minor: 16, sizeBytes: GIB / 16, kind: 'thick-volume' }));

const zvol = (name: string, answers: (phase: Phase) => Parameters<typeof answerWith>[0], isMeasured: boolean) => {
  const image = `/dev/zvol/${name}`;
  return createCaptured({
    device: { path: image, number: '230:0', name: 'zd0', sizeBytes: 32 * GIB },
    image,
    expected: { kind: 'zvol', format: 'raw', capacityBytes: 32 * GIB, isMeasured },
    answers,
  });
};
/** The documented form with other numbers, for the time before anything was written. */
const zfsAnswers = (phase: Phase) => ({
  zfs:
    phase === 'trimmed'
      ? fixture('zfs/get-trimmed.txt')
      : fixture('zfs/get.txt').replace('5767168000', phase === 'full' ? '5767168000' : '57344'),
});
imageContract('zvol', zvol('tank/vm-100-disk-0', zfsAnswers, true));
imageContract(
  'zvol, where zfs is not installed',
  zvol('tank/vm-100-disk-0', () => ({}), false),
);

const rbdAnswers = (phase: Phase) => ({
  rbd: phase === 'full' ? fixture('ceph/du.json') : fixture('ceph/du-trimmed.json'),
});
const rbd = { kind: 'rbd', format: 'raw', capacityBytes: 32 * GIB, isMeasured: true } as const;
imageContract(
  'rbd over the network',
  createCaptured({ device: null, image: 'rbd:libvirt-pool/vm-100-disk-0', expected: rbd, answers: rbdAnswers }),
);
imageContract(
  'rbd mapped by the kernel',
  createCaptured({
    device: {
      path: '/dev/rbd0',
      number: '251:0',
      name: 'rbd0',
      sizeBytes: 32 * GIB,
      more: { '/sys/bus/rbd/devices/0/pool': 'libvirt-pool\n', '/sys/bus/rbd/devices/0/name': 'vm-100-disk-0\n' },
    },
    image: '/dev/rbd0',
    expected: rbd,
    answers: rbdAnswers,
  }),
);
