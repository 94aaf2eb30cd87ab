import { ASKED_AT_ONCE } from '../../../collector/src/conduct/survey/refine-all.ts';
import {
  FIRST_PATIENCE_MS,
  LATE_PATIENCE_MS,
  MOST_PATIENCE_MS,
  SOURCE_PATIENCE_MS,
} from '../../../collector/src/host/ask-source.ts';
import { PATIENCE_MS as IMAGE_MS } from '../../../collector/src/image/images.ts';
import { AT_ONCE, REST_MS } from '../../../collector/src/io/commands.ts';
import { MOST_TEXT_BYTES } from '../../../collector/src/io/host-files.ts';
import { MOST_QMP_DEPTH } from '../../../collector/src/io/qmp-queries.ts';
import { MOST_MESSAGES } from '../../../collector/src/io/qmp-socket.ts';
import { PATIENCE_MS as PLACE_MS, SHARE } from '../../../collector/src/io/turns.ts';
import { END_MS, IDLE_MS, WHOLE_MS } from '../../../collector/src/io/virsh.ts';
import {
  AT_A_STRETCH,
  MOST_COMMAND_LINE_BYTES,
  READ_AT_ONCE,
} from '../../../collector/src/qemu/processes/hypervisor-processes.ts';
import {
  MOST_PIDFILE_BYTES,
  MOST_PIDFILES,
  PIDFILES_AT_ONCE,
} from '../../../collector/src/qemu/processes/root-pidfiles.ts';
import { MOST_NAMED as IGNORED_NAMED } from '../../../collector/src/qemu/processes/tell-ignored.ts';
import { MOST_PASSWD_BYTES } from '../../../collector/src/qemu/processes/trusted-users.ts';
import { GUESTS_AT_ONCE } from '../../../collector/src/qemu/qemu-processes.ts';
import { REFUSED_MS, PATIENCE_MS as TOPOLOGY_MS } from '../../../collector/src/qemu/topology/topology.ts';
import { constant, type LimitSection } from './limit.ts';

export const PATIENCE: LimitSection = {
  title: 'How long the host is waited for',
  said: `What hangs loses itself: a filesystem, a program, a monitor, a source of guests. The others go on.
Nor does a filesystem that hangs hold a collector that is told to end, or a resolver that does not
answer an agent: all is stored and closed, then it ends at once, with the exit code that it has
without them, which is what systemd sees. The collector’s last lines name the places. What a signal
cannot end, as a read from a disk of this host that died, holds every program, also against SIGKILL.`,
  limits: [
    constant({
      what: 'time for an answer of virsh, for all of them, and for its end',
      file: 'collector/src/io/virsh.ts',
      constants: { IDLE_MS, WHOLE_MS, END_MS },
      atIt: 'it is killed with all that it has started; libvirt keeps its last answer, with its age',
    }),
    constant({
      what: 'time for a source of guests: the first time, else, three times what it last needed, and when it was late',
      file: 'collector/src/host/ask-source.ts',
      constants: { FIRST_PATIENCE_MS, SOURCE_PATIENCE_MS, MOST_PATIENCE_MS, LATE_PATIENCE_MS },
      atIt: 'its last answer stands, with its age, and a finding says so; it is not asked again until it answers',
    }),
    constant({
      what: 'time for a call to a filesystem, a device or a process',
      file: 'collector/src/io/turns.ts',
      constants: { PATIENCE_MS: PLACE_MS },
      atIt: 'nothing more is asked of it until it answers, and a finding says so',
    }),
    constant({
      what: 'calls to one server at once: of all threads for files one in so many; to a disk of this host half of those that others leave',
      file: 'collector/src/io/turns.ts',
      constants: { SHARE },
      atIt: 'the next waits for one of them; where as many threads hang as leave one part, servers of the network are not asked, and where all do, nobody is',
    }),
    constant({
      what: 'a text of `/proc`, `/sys` or `/etc`',
      file: 'collector/src/io/host-files.ts',
      constants: { MOST_TEXT_BYTES },
      atIt: 'it counts as not there',
    }),
    constant({
      what: 'programs at once, and the time for one to close its output when it has ended',
      file: 'collector/src/io/commands.ts',
      constants: { AT_ONCE, REST_MS },
      atIt: 'the next waits for one of them; what holds the output is killed',
    }),
    constant({
      what: 'time for one image, with those below it',
      file: 'collector/src/image/images.ts',
      constants: { PATIENCE_MS: IMAGE_MS },
      atIt: 'the image is not measured, and the finding says why',
    }),
    constant({
      what: 'the command line of a QEMU',
      file: 'collector/src/qemu/processes/hypervisor-processes.ts',
      constants: { MOST_COMMAND_LINE_BYTES },
      atIt: 'the process is ignored, and a finding says so',
    }),
    constant({
      what: 'things that QEMU says in one conversation, events among them',
      file: 'collector/src/io/qmp-socket.ts',
      constants: { MOST_MESSAGES },
      atIt: 'the connection is closed, and QEMU’s counters are unknown',
    }),
    constant({
      what: 'nesting of an answer of QEMU',
      file: 'collector/src/io/qmp-queries.ts',
      constants: { MOST_QMP_DEPTH },
      atIt: 'it is not parsed, and QEMU’s counters are unknown',
    }),
    constant({
      what: 'time that a survey waits for what QEMU has now',
      file: 'collector/src/qemu/topology/topology.ts',
      constants: { PATIENCE_MS: TOPOLOGY_MS },
      atIt: 'what the source told stands; the answer is there for the next survey',
    }),
    constant({
      what: 'time after which a QEMU whose monitor did not answer is asked again',
      file: 'collector/src/qemu/topology/topology.ts',
      constants: { REFUSED_MS },
      atIt: 'until then what the source told stands',
    }),
    constant({
      what: 'processes that are looked at without a pause',
      file: 'collector/src/qemu/processes/hypervisor-processes.ts',
      constants: { AT_A_STRETCH },
      atIt: 'others have their turn, then the next are looked at',
    }),
    constant({
      what: 'processes that are looked at at once',
      file: 'collector/src/qemu/processes/hypervisor-processes.ts',
      constants: { READ_AT_ONCE },
      atIt: 'the next waits for one of them',
    }),
    constant({
      what: 'QEMU processes whose open files are looked at at once',
      file: 'collector/src/qemu/qemu-processes.ts',
      constants: { GUESTS_AT_ONCE },
      atIt: 'the next waits for one of them',
    }),
    constant({
      what: 'guests whose QEMU is asked at once',
      file: 'collector/src/conduct/survey/refine-all.ts',
      constants: { ASKED_AT_ONCE },
      atIt: 'the next waits for one of them',
    }),
    constant({
      what: 'pidfiles of hypervisors in a folder, bytes of each, and how many are read at once',
      file: 'collector/src/qemu/processes/root-pidfiles.ts',
      constants: { MOST_PIDFILES, MOST_PIDFILE_BYTES, PIDFILES_AT_ONCE },
      atIt: 'none of that folder counts; it counts as none; the next waits for one of them',
    }),
    constant({
      what: 'ignored processes named, of each user',
      file: 'collector/src/qemu/processes/tell-ignored.ts',
      constants: { MOST_NAMED: IGNORED_NAMED },
      atIt: 'the others are counted',
    }),
    constant({
      what: '`/etc/passwd`',
      file: 'collector/src/qemu/processes/trusted-users.ts',
      constants: { MOST_PASSWD_BYTES },
      atIt: 'users are known by their numbers only',
    }),
  ],
};
