/** A random test that the soak runs with many more seeds than the suite. */
export interface Subject {
  /** On the command line. */
  readonly name: string;
  /** For --help. */
  readonly what: string;
  readonly file: string;
  /** As many as make sense in one go. */
  readonly seeds: number;
}

/** Every test that asks test/support/seeds.ts for seeds is one of these; a test says so. */
export const SUBJECTS: readonly Subject[] = [
  {
    name: 'agent-link',
    what: 'events on the agent’s link, in any order',
    file: 'test/agent/link/session-chaos.test.ts',
    seeds: 10_000,
  },
  {
    name: 'agent-trims',
    what: 'events of the agent’s trims, in any order',
    file: 'test/agent/trim/trim-chaos.test.ts',
    seeds: 10_000,
  },
  {
    name: 'decoders',
    what: 'hostile frames, 1,000,000 to both decoders',
    file: 'test/protocol/hostile-frames.test.ts',
    seeds: 1,
  },
  {
    name: 'frames',
    what: 'hostile frames, 100,000 to a session in each state',
    file: 'test/collector/link/hostile-guest.test.ts',
    seeds: 4,
  },
  {
    name: 'credentials',
    what: 'credentials in which one letter is another',
    file: 'test/collector/enroll/forged.test.ts',
    seeds: 20,
  },
  {
    name: 'joining',
    what: 'agent and collector, cut at any moment of a join',
    file: 'test/collector/enroll/with-agent.test.ts',
    seeds: 1_000,
  },
  {
    name: 'tls-frames',
    what: '100,000 hostile frames over TLS, in three states',
    file: 'test/system/faults/hostile-tls.test.ts',
    seeds: 1,
  },
  {
    name: 'trim-machine',
    what: 'what can happen to one trim on the host, in any order',
    file: 'test/collector/conduct/trims/trim-state-chaos.test.ts',
    seeds: 10_000,
  },
  {
    name: 'trims',
    what: 'guests come and go, collectors are killed, stores fail',
    file: 'test/collector/conduct/trims/trims-chaos.test.ts',
    seeds: 10_000,
  },
  {
    name: 'samples',
    what: 'a collector killed while it samples, sums up, prunes',
    file: 'test/collector/store/samples-kills.test.ts',
    seeds: 200,
  },
  {
    name: 'cable',
    what: '500 reports over a cable that loses, doubles, resets',
    file: 'test/system/faults/relay.test.ts',
    seeds: 20,
  },
  {
    name: 'crowds',
    what: '10,000 silent connections, 10,000 greetings',
    file: 'test/system/faults/crowds.test.ts',
    seeds: 1,
  },
  {
    name: 'loris',
    what: '2,000 each who take their time, from byte to credential',
    file: 'test/system/faults/slow-loris.test.ts',
    seeds: 1,
  },
  {
    name: 'reports',
    what: 'the reports of a hostile hour, against a small bound',
    file: 'test/system/faults/hostile-hour.test.ts',
    seeds: 1,
  },
  {
    name: 'kills',
    what: 'both programs killed during trims, 50 moments a seed',
    file: 'test/system/exactly-once.test.ts',
    seeds: 10,
  },
  {
    name: 'stops',
    what: 'either program stands still for a minute during a trim',
    file: 'test/system/stopped.test.ts',
    seeds: 10,
  },
  {
    name: 'interrupts',
    what: 'Ctrl-C in our own programs, in each once a seed',
    file: 'test/system/interrupts.test.ts',
    seeds: 20,
  },
];

export const SUBJECT_NAMES: readonly string[] = SUBJECTS.map(({ name }) => name);
