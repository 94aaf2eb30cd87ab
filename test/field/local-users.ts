import type { FieldCase } from './field-case.ts';

const FILE = 'test/system/faults/local-users.test.ts';
const PIDFILES = 'test/collector/qemu/root-pidfiles.test.ts';

/** What local users and programs that hang did to the collector. */
export const LOCAL_USERS: readonly FieldCase[] = [
  {
    name: 'fifo-image-hangs-collector',
    right:
      'Only regular files and block devices are opened, without waiting; what hangs is told of, and loses only itself.',
    tests: [
      { file: FILE, title: 'stops nothing with a pipe as an image, is no guest, and changes nothing about one' },
      { file: FILE, title: 'whose word is taken stops nothing either, and has no byte of a file printed' },
      {
        file: 'test/collector/io/turns.test.ts',
        title: 'a place that hangs loses itself, at once after the first time, and only itself',
      },
      { file: FILE, title: 'loses only itself, and is told of' },
    ],
    seenToFail: 'the tests of users, on commit c394470',
  },
  {
    name: 'any-local-process-is-a-guest',
    right:
      'A process is a guest only where the file that it runs is QEMU and its user is one who runs guests here; others are ignored, in one finding.',
    tests: [
      { file: FILE, title: 'stops nothing with a pipe as an image, is no guest, and changes nothing about one' },
      {
        file: 'test/collector/qemu/hypervisor-processes.test.ts',
        title: 'tells all that are ignored in one finding, with what makes one a guest',
      },
      { file: PIDFILES, title: 'that names him and is not his: the number was another process’ before' },
      { file: PIDFILES, title: 'of his own in its place, in a mount namespace of his own' },
      { file: PIDFILES, title: 'as Incus does is a guest, and is none with its pidfile anywhere else' },
    ],
    seenToFail:
      'The test of the whole system, on commit c394470. Those of pidfiles, with a lock that nobody looks at; the last, without pidfiles.',
  },
  {
    name: 'virsh-that-does-not-end',
    right: 'A program has a limit for its answer and for its end, and neither a greeting nor a look waits for libvirt.',
    tests: [
      { file: FILE, title: '%s keeps nobody waiting' },
      { file: 'test/collector/io/virsh.test.ts', title: 'answers and does not end has answered, and is ended' },
    ],
    seenToFail: 'the test of the whole system, on commit c394470',
  },
];
