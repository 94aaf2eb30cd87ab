import type { FieldCase } from './field-case.ts';

const CROWDS = 'test/system/faults/crowds.test.ts';
const DOOR = 'test/collector/link/door.test.ts';
const BYTES = 'test/collector/link/bytes-at-door.test.ts';
const BUDGETS = 'test/collector/link/fit-budgets.test.ts';
const SLOTS = 'test/collector/conduct/trims/pool-slots.test.ts';
const AGENT = 'test/agent/single-instance.test.ts';

/** What many connections, many words and many bytes did. */
export const BOUNDS: readonly FieldCase[] = [
  {
    name: 'sessions-eat-the-heap',
    right: 'Guests that no hypervisor of the host knows have few places and few bytes of inventories together.',
    tests: [
      {
        file: CROWDS,
        title: 'strangers with the largest inventories there can be fill no memory, and a known guest keeps its own',
      },
      { file: BYTES, title: 'of strangers have their bytes together; the largest goes first' },
      { file: DOOR, title: 'give their places up to guests that this host knows, and take none of theirs' },
    ],
    seenToFail: 'the collector of c394470 closed none of 120 such sessions',
  },
  {
    name: 'half-open-connections',
    right: 'A connection that says nothing gives way to a newer one, and is cut after some seconds in any case.',
    tests: [
      { file: CROWDS, title: 'connections that say nothing keep no known guest out, and are gone after some seconds' },
      { file: DOOR, title: 'however many come, keep out nobody who says hello at once' },
      { file: BUDGETS, title: 'connections leave what the rest of the collector has open' },
    ],
    seenToFail: 'with the collector of c394470 all 1,000 connections were still open after 20 s',
  },
  {
    name: 'pool-slots-held',
    right: 'A trim keeps its slot while the host sees it discard or nobody waits, whatever its guest says.',
    tests: [
      { file: SLOTS, title: 'a guest that only talks loses its slot to one that waits, within three minutes' },
      { file: SLOTS, title: 'a guest of which nothing can be seen keeps its slot for ten minutes' },
      { file: SLOTS, title: 'a guest whose image falls keeps its slot, up to the lease' },
    ],
    seenToFail: 'with trim-state.ts and trim-steps.ts of the commit before, which have no check of the slot',
  },
  {
    name: 'agent-name-squatting',
    right: 'Nobody but root in the guest can keep its agent from starting, and a killed agent keeps none.',
    tests: [
      { file: AGENT, title: 'a name that anybody may take keeps no agent from starting' },
      { file: AGENT, title: 'a second agent is refused, and told which process has the folder' },
      { file: AGENT, title: 'an agent that was killed keeps no other from starting' },
    ],
    seenToFail: 'with the bundle of c394470, which claims an abstract socket name',
  },
];
