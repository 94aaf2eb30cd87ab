import type { FieldCase } from './field-case.ts';

/** Records, texts, clocks and full disks. */
export const RECORDS_AND_DISKS: readonly FieldCase[] = [
  {
    name: 'same-name-and-future-dates',
    right: 'A stranger bears a name of its own, changes only its own record, and is told of by the host’s clock.',
    tests: [
      { file: 'test/system/faults/strangers.test.ts', title: 'is called something else, and the guest keeps its name' },
      { file: 'test/system/faults/strangers.test.ts', title: 'adds nothing to its history, nor takes from what' },
      { file: 'test/system/faults/strangers.test.ts', title: 'is told of by the host’s clock, and what its own said' },
      { file: 'test/collector/conduct/trims/clocks.test.ts', title: 'each trim is stored once, and the next begins' },
    ],
    seenToFail:
      'Without the bounds of believe-times.ts: 16 of the tests of clocks failed, and so did that of a forged date. Names and records of their own were there before.',
  },
  {
    name: 'guest-text-becomes-lines',
    right: 'No word of a guest becomes a line or a colour, in any answer, error, JSON document or log.',
    tests: [
      {
        file: 'test/collector/outputs/commands.test.ts',
        title: '$asked, no command lets a guest write a line or a colour',
      },
      { file: 'test/collector/outputs/api-and-log.test.ts', title: 'the answer of %s is the same document' },
      {
        file: 'test/agent/hostile-outputs.test.ts',
        title: 'tells of a guest with such mounts and names as text alone',
      },
    ],
    seenToFail: 'c394470: every command printed the lines that an error of a guest held.',
  },
  {
    name: 'api-dns-rebinding',
    right:
      'On TCP who has a token is answered, by the host’s own names, and no page of elsewhere; what changes something is JSON.',
    tests: [
      { file: 'test/collector/api/foreign-requests.test.ts', title: 'is refused to %s, and nothing happens' },
      {
        file: 'test/collector/api/foreign-requests.test.ts',
        title: 'everything that changes something takes JSON alone',
      },
      { file: 'test/collector/api/tokens.test.ts', title: 'nobody without a token learns what there is' },
    ],
    seenToFail: 'c394470: a foreign Host started a trim, cancel took any type, and every address was listened on.',
  },
  {
    name: 'collector-dies-when-log-disk-is-full',
    right:
      'What cannot be written of a log is dropped and counted, and a later line says so; nobody waits for its reader.',
    tests: [
      {
        file: 'test/system/faults/log-readers.test.ts',
        title: 'on a disk that is full goes on, and says how many lines were lost when there is room',
      },
      {
        file: 'test/system/faults/log-readers.test.ts',
        title: 'on a disk that is $is goes on, and ends as it should',
      },
      { file: 'test/system/faults/log-readers.test.ts', title: 'stands still goes on, and loses nothing that fits' },
      { file: 'test/system/faults/log-readers.test.ts', title: 'is gone goes on, and ends as it should' },
    ],
    seenToFail:
      'c394470: a full disk ended both programs, a reader that left ended the agent, and with a pipe that nobody read the test of the collector had not ended after 45 s.',
  },
  {
    name: 'wrong-words-on-full-disk',
    right:
      'The first error is the one that is told, with what to do about it, for a full, a read-only and a removed disk.',
    tests: [
      {
        file: 'test/collector/io/sqlite.test.ts',
        title: 'says that the disk is full, and not that there is nothing to roll back',
      },
      {
        file: 'test/system/faults/state-disks.test.ts',
        title: 'a disk that is full: what is stored stays, what is not is told again, and the log says to make room',
      },
      { file: 'test/system/faults/state-disks.test.ts', title: 'a disk that is $is at its start: it does not start' },
      {
        file: 'test/agent/conduct/failing-trims.test.ts',
        title: 'tells later what a trim did whose report its disk could not take, and not that the agent ended',
      },
    ],
    seenToFail:
      'With a rollback whose failure is thrown: no such savepoint. Before the hints by errno: a read-only disk was a missing folder to the agent. Of a report that was not kept: without the second try.',
  },
];
