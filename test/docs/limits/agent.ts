import { LINE_LIMIT_BYTES, MOST_DATA_BYTES } from '@trimtab/protocol/channel';
import { STOP_PATIENCE_MS } from '../../../agent/src/agent.ts';
import { MOST_MS as UNREACHED_MS } from '../../../agent/src/compose/compose-unreached.ts';
import { TOKEN_BYTES } from '../../../agent/src/compose/join-command.ts';
import { WINDOW } from '../../../agent/src/conduct/deliver-reports.ts';
import { ANSWER_MS, USAGE_EVERY_MS } from '../../../agent/src/conduct/tell-usage.ts';
import { HELD_MS, LET_IN_MS, SILENCE_MS } from '../../../agent/src/conduct/visit.ts';
import { CHANNEL_EVERY_MS } from '../../../agent/src/conduct/watch-channel.ts';
import { PATIENCE_MS } from '../../../agent/src/io/device-mapper.ts';
import { TIMEOUT_MS } from '../../../agent/src/io/guest-facts.ts';
import { LINK_LIMIT } from '../../../agent/src/io/kernel-files.ts';
import { MOST_WAITING_LOG_BYTES } from '../../../agent/src/io/log.ts';
import { MOST_DESCRIPTORS } from '../../../agent/src/io/processes.ts';
import { END_MS, OUTPUT_LIMIT, REST_MS } from '../../../agent/src/io/run-child.ts';
import { DESERTED_MS, READ_BYTES } from '../../../agent/src/io/serial-port.ts';
import { CLOSE_PATIENCE_MS, WAITING_LIMIT_BYTES } from '../../../agent/src/io/websocket.ts';
import { MOST_KEPT_ADDRESSES } from '../../../agent/src/join/change-joined.ts';
import { TOKEN_FILE_BYTES } from '../../../agent/src/join/find-token.ts';
import { MOST_MS } from '../../../agent/src/link/backoff.ts';
import {
  CONNECT_TIMEOUT_MS,
  HEARTBEAT_TIMEOUT_MS,
  INSISTING_MS,
  NEXT_DOOR_MS,
  WELCOME_TIMEOUT_MS,
} from '../../../agent/src/link/session-model.ts';
import { MOST_FUNCTIONS } from '../../../agent/src/probe/disk-address.ts';
import { ALSO_MOUNTED_LIMIT } from '../../../agent/src/probe/filesystems.ts';
import { MOST_GROUPS } from '../../../agent/src/probe/too-small-pieces.ts';
import { MOST_MEASURED } from '../../../agent/src/probe/unreached/deleted-files.ts';
import { MOST_TOLD } from '../../../agent/src/probe/unreached/mounted-elsewhere.ts';
import { MOST_BYTES, MOST_BYTES_IN_ALL, MOST_NAMESPACES } from '../../../agent/src/probe/unreached/namespaces.ts';
import { MOST_ASKED } from '../../../agent/src/probe/unreached/snapshots.ts';
import { OUTBOX_LIMIT } from '../../../agent/src/report/outbox.ts';
import { STILL_TOLD_MS } from '../../../agent/src/trim/tell-still.ts';
import { constant, type LimitSection } from './limit.ts';

const NOT_TOLD = 'what is beyond is not told, and nothing is concluded from its absence';

export const AGENT: LimitSection = {
  title: 'The agent, in the guest',
  said: 'What it keeps, and what it looks at.',
  limits: [
    constant({
      what: 'reports that wait to be delivered',
      file: 'agent/src/report/outbox.ts',
      constants: { OUTBOX_LIMIT },
      atIt: 'the oldest is dropped, and the log says so',
    }),
    constant({
      what: 'time of a trim: none; time in which its disks discard nothing',
      file: 'agent/src/trim/tell-still.ts',
      constants: { STILL_TOLD_MS },
      atIt: 'the trim goes on; the agent’s log says so, and again after twice as long',
    }),
    constant({
      what: 'reports on the way at once',
      file: 'agent/src/conduct/deliver-reports.ts',
      constants: { WINDOW },
      atIt: 'the next goes when one is acknowledged',
    }),
    constant({
      what: 'time between two `usage`; for the answer of a filesystem',
      file: 'agent/src/conduct/tell-usage.ts',
      constants: { USAGE_EVERY_MS, ANSWER_MS },
      atIt: 'it is told anew; that filesystem is left out, and not asked again while it hangs',
    }),
    constant({
      what: 'of a visit: time to be let in; in which a host that cannot say `rest` is silent; that a host may keep it',
      file: 'agent/src/conduct/visit.ts',
      constants: { LET_IN_MS, SILENCE_MS, HELD_MS },
      atIt: 'the visit is over; what is left is kept for the next',
    }),
    constant({
      what: 'bytes that wait for a collector that does not read; time for its close frame',
      file: 'agent/src/io/websocket.ts',
      constants: { WAITING_LIMIT_BYTES, CLOSE_PATIENCE_MS },
      atIt: 'the connection is cut, and made anew',
    }),
    constant({
      what: 'time until a host is there, the same where there is another address to try, from there to the opening and again to the welcome, and without a ping',
      file: 'agent/src/link/session-model.ts',
      constants: { CONNECT_TIMEOUT_MS, NEXT_DOOR_MS, WELCOME_TIMEOUT_MS, HEARTBEAT_TIMEOUT_MS },
      atIt: 'the connection is given up, and made anew',
    }),
    constant({
      what: 'bytes read at once from the channel; from one look to the next whether the host has come to it',
      file: 'agent/src/io/serial-port.ts',
      constants: { READ_BYTES, DESERTED_MS },
      atIt: 'the rest is read next; a collector that comes is seen that much later',
    }),
    constant({
      what: 'while connected by a network, from one check whether this guest has a channel to the next',
      file: 'agent/src/conduct/watch-channel.ts',
      constants: { CHANNEL_EVERY_MS },
      atIt: 'it is gone over to, where there is one and no trim is under way',
    }),
    constant({
      what: 'data in one line of the channel; a line',
      file: 'protocol/src/channel/lines.ts',
      constants: { MOST_DATA_BYTES, LINE_LIMIT_BYTES },
      atIt: 'more goes into further lines; a longer line is none of ours, and is skipped',
    }),
    constant({
      what: 'time with a collector whose host does not run this guest, where there are others',
      file: 'agent/src/link/session-model.ts',
      constants: { INSISTING_MS },
      atIt: 'all are asked again',
    }),
    constant({
      what: 'addresses that are kept of one collector',
      file: 'agent/src/join/change-joined.ts',
      constants: { MOST_KEPT_ADDRESSES },
      atIt: 'those that it told of longest ago are forgotten',
    }),
    constant({
      what: 'bytes of a token on standard input',
      file: 'agent/src/compose/join-command.ts',
      constants: { TOKEN_BYTES },
      atIt: 'the rest is not read, and it is no token',
    }),
    constant({
      what: 'bytes of a token in a file that was laid ready',
      file: 'agent/src/join/find-token.ts',
      constants: { TOKEN_FILE_BYTES },
      atIt: 'it is as if it were not there',
    }),
    constant({
      what: 'wait before it connects again',
      file: 'agent/src/link/backoff.ts',
      constants: { MOST_MS },
      atIt: 'it grows no further',
    }),
    constant({
      what: 'lines of the log that wait for whoever reads it',
      file: 'agent/src/io/log.ts',
      constants: { MOST_WAITING_LOG_BYTES },
      atIt: 'what comes then is dropped and counted',
    }),
    constant({
      what: 'time to stop a running fstrim when the agent is told to end',
      file: 'agent/src/agent.ts',
      constants: { STOP_PATIENCE_MS },
      atIt: 'the agent ends; its journal becomes a report at the next start',
    }),
    constant({
      what: 'output of a program that is kept',
      file: 'agent/src/io/run-child.ts',
      constants: { OUTPUT_LIMIT },
      atIt: 'the rest is read and forgotten',
    }),
    constant({
      what: 'time for a program to end when it is told to, and to close its output when it has ended',
      file: 'agent/src/io/run-child.ts',
      constants: { END_MS, REST_MS },
      atIt: 'it is killed with all that it has started',
    }),
    constant({
      what: 'time for `dmsetup`',
      file: 'agent/src/io/device-mapper.ts',
      constants: { PATIENCE_MS },
      atIt: 'its tables are not told; it is not asked again while it hangs',
    }),
    constant({
      what: 'time for the facts of this guest',
      file: 'agent/src/io/guest-facts.ts',
      constants: { TIMEOUT_MS },
      atIt: 'the process is ended, and the facts are null',
    }),
    constant({
      what: 'links that are followed in a path',
      file: 'agent/src/io/kernel-files.ts',
      constants: { LINK_LIMIT },
      atIt: 'the path counts as not there',
    }),
    constant({
      what: 'time to look for what no trim reaches',
      file: 'agent/src/compose/compose-unreached.ts',
      constants: { MOST_MS: UNREACHED_MS },
      atIt: NOT_TOLD,
    }),
    constant({
      what: 'descriptors of all processes',
      file: 'agent/src/io/processes.ts',
      constants: { MOST_DESCRIPTORS },
      atIt: NOT_TOLD,
    }),
    constant({
      what: 'deleted files that are measured',
      file: 'agent/src/probe/unreached/deleted-files.ts',
      constants: { MOST_MEASURED },
      atIt: NOT_TOLD,
    }),
    constant({
      what: 'mount namespaces, bytes of the mounts of one, and of all',
      file: 'agent/src/probe/unreached/namespaces.ts',
      constants: { MOST_NAMESPACES, MOST_BYTES, MOST_BYTES_IN_ALL },
      atIt: NOT_TOLD,
    }),
    constant({
      what: 'filesystems told that are mounted elsewhere',
      file: 'agent/src/probe/unreached/mounted-elsewhere.ts',
      constants: { MOST_TOLD },
      atIt: NOT_TOLD,
    }),
    constant({
      what: 'btrfs filesystems asked for their snapshots',
      file: 'agent/src/probe/unreached/snapshots.ts',
      constants: { MOST_ASKED },
      atIt: NOT_TOLD,
    }),
    constant({
      what: 'other mount points of a filesystem',
      file: 'agent/src/probe/filesystems.ts',
      constants: { ALSO_MOUNTED_LIMIT },
      atIt: 'the others are not told',
    }),
    constant({
      what: 'block groups of an ext4 that are read for pieces too small to discard',
      file: 'agent/src/probe/too-small-pieces.ts',
      constants: { MOST_GROUPS },
      atIt: 'a larger filesystem is not read: null',
    }),
    constant({
      what: 'PCI functions on the way to a disk',
      file: 'agent/src/probe/disk-address.ts',
      constants: { MOST_FUNCTIONS },
      atIt: 'the path is null',
    }),
  ],
};
