import type { FieldCase } from './field-case.ts';

const CROWDS = 'test/system/faults/crowds.test.ts';
const STATE_DISKS = 'test/system/faults/state-disks.test.ts';
const LOG_READERS = 'test/system/faults/log-readers.test.ts';
const STRANGERS = 'test/system/faults/strangers.test.ts';
const LOCAL_USERS = 'test/system/faults/local-users.test.ts';
const FOREIGN = 'test/collector/api/foreign-requests.test.ts';
const STORED = 'test/collector/store/bounds.test.ts';
const SINGLE = 'test/agent/single-instance.test.ts';

/** The programs that broke things in one day of attacks; each line of tests names the program that it stands for. */
export const ATTACK_SCRIPTS: readonly FieldCase[] = [
  {
    name: 'attack-scripts',
    right: 'What each of the attacks did is tried by a test, and neither program ends, lies or loses a trim by it.',
    tests: [
      // agentfaults.mjs: broken journals and outboxes, full and read-only state, a name that is taken, SIGSTOP.
      { file: 'test/agent/report/journal.test.ts', title: 'whose journal reads %j does not stop the agent' },
      { file: 'test/agent/report/outbox.test.ts', title: 'sets %j aside and goes on' },
      { file: STATE_DISKS, title: 'below what the agent keeps' },
      { file: SINGLE, title: 'a name that anybody may take keeps no agent from starting' },
      { file: SINGLE, title: 'folders whose paths begin alike are two' },
      { file: 'test/system/stopped.test.ts', title: 'a trim is stored once, with its outcome, whichever side stood' },
      // apitest.mjs: foreign pages, forms, the socket's mode, repairs on TCP.
      { file: FOREIGN, title: 'is refused to %s, and nothing happens' },
      { file: FOREIGN, title: 'everything that changes something takes JSON alone' },
      { file: 'test/collector/api/repairs.test.ts', title: 'on a TCP port a token for trims changes no running QEMU' },
      { file: 'test/collector/api/api.test.ts', title: 'a body over 64 KiB is refused unread' },
      {
        file: 'test/collector/api/api-server.test.ts',
        title: 'the socket is so from the first moment that it is there',
      },
      // bomb.mjs, hist.mjs: a guest whose stored reports cost everybody.
      {
        file: 'test/collector/store/long-history.test.ts',
        title: 'a thousand large results cost a list, a conclusion and the next report next to nothing',
      },
      // cmdl.mjs, host.mjs: command lines, FIFOs, chains, QMP and virsh that hang or flood.
      { file: LOCAL_USERS, title: 'stops nothing with a pipe as an image, is no guest, and changes nothing about one' },
      { file: LOCAL_USERS, title: 'whose word is taken stops nothing either, and has no byte of a file printed' },
      { file: LOCAL_USERS, title: '%s keeps nobody waiting' },
      {
        file: 'test/collector/image/backing-chain.test.ts',
        title: 'an image is refused, with a reason, and nothing besides it is opened',
      },
      {
        file: 'test/collector/io/qmp-client.test.ts',
        title: 'takes an answer that nests as deep as any chain of images, and none that nests deeper',
      },
      { file: 'test/collector/io/virsh.test.ts', title: 'answers and does not end has answered, and is ended' },
      // conn.mjs: storms, half-open connections, sessions of strangers; how long others wait meanwhile is measured by
      // the figures under-attack-*.
      { file: CROWDS, title: 'connections that say nothing keep no known guest out, and are gone after some seconds' },
      { file: CROWDS, title: 'greetings of strangers keep no known guest out, and few are stored' },
      { file: 'test/collector/link/door.test.ts', title: 'of one address have their number, and a place that is left' },
      {
        file: 'test/collector/link/hostile-guest.test.ts',
        title: 'the same guest connecting again: the newer session',
      },
      // fill.mjs, fleet.mjs: the disk, the heap, and thousands of agents.
      {
        file: 'test/system/faults/hostile-hour.test.ts',
        title: 'MiB of reports by strangers fill neither disk nor memory, and a known guest keeps its own',
      },
      { file: STORED, title: '[ST19] four strangers that send large reports take an eighth of the history' },
      {
        file: CROWDS,
        title: 'strangers with the largest inventories there can be fill no memory, and a known guest keeps its own',
      },
      // fuzz.mjs.
      {
        file: 'test/protocol/hostile-frames.test.ts',
        title: 'hostile frames at both decoders: each is a message or has a reason, and nothing is left behind',
      },
      { file: 'test/protocol/codec.test.ts', title: '%s is refused with the reason' },
      // imp.mjs, inject.mjs: guests that take another's name, and words that are lines.
      { file: STRANGERS, title: 'is called something else, and the guest keeps its name' },
      { file: STRANGERS, title: 'does not stand before those who trim later, whatever its clock says' },
      { file: STRANGERS, title: 'words are text wherever they are told: in errors, in the log, in JSON' },
      // many.mjs: 5,000 command lines; what a look at them takes is the figure look-5000.
      {
        file: 'test/collector/qemu/hypervisor-processes.test.ts',
        title: 'reads a process once, and again when it runs another program',
      },
      // slots.mjs.
      {
        file: 'test/collector/conduct/trims/pool-slots.test.ts',
        title: 'a guest that only talks loses its slot to one that waits, within three minutes',
      },
      // store.mjs: databases that are broken, gone or on bad disks; logs that nobody reads.
      { file: STATE_DISKS, title: 'a disk that is full: what is stored stays, what is not is told again' },
      { file: 'test/collector/io/database-files.test.ts', title: 'a log that is gone after a kill is told of' },
      { file: 'test/collector/store/sqlite-store.test.ts', title: 'says how to get out of a file that is no database' },
      { file: 'test/collector/store/sqlite-store.test.ts', title: 'refuses a database that a newer version wrote' },
      { file: LOG_READERS, title: 'on a disk that is full goes on, and says how many lines were lost' },
      { file: LOG_READERS, title: 'stands still goes on, and loses nothing that fits' },
    ],
    seenToFail:
      'What each fault was seen to fail on stands with it in this folder. New here: the hostile hour without keepBounds, whose database grew to 10 MB of at most 2; the decoders with a decoder that throws, and with a reason that quotes the frame.',
  },
];
