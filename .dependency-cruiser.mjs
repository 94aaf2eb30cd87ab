/**
 * The arrows of ARCHITECTURE.md, checked by a machine (`npm run arrows`, and test/arrows.test.ts). There are no
 * exceptions; when a rule is wrong, change the rule and the page together.
 */
const AGENT_STAGES = ['probe', 'prove', 'trim', 'report', 'join', 'link', 'cli'];
const COLLECTOR_STAGES = [
  'link',
  'enroll',
  'host',
  'qemu',
  'qga',
  'image',
  'pool',
  'coordinate',
  'correlate',
  'diagnose',
  'forecast',
  'alert',
  'metrics',
  'report',
  'store',
  'api',
  'cli',
];

/** Folders under `src` that are no stage, each with rules of its own below. */
export const NO_STAGES = ['model', 'ports', 'io', 'conduct', 'compose'];
export const STAGES = { agent: AGENT_STAGES, collector: COLLECTOR_STAGES };

/** The three parts of `protocol`, with a wall between each and its neighbours. */
export const PARTS_OF_PROTOCOL = ['wire', 'causes', 'shared', 'joining', 'channel'];

/**
 * The rooms of the collector's `conduct/`, from those who know most to those who know least: one may import those after
 * it. Rooms that stand together do not know each other.
 */
export const CONDUCT_ROOMS = [
  ['desk'],
  ['alerts'],
  ['foresee'],
  ['qga'],
  ['trims', 'doctor', 'repair', 'watch'],
  ['measure', 'enroll'],
  ['survey'],
  ['proof', 'explain'],
];

/**
 * Files of `from` import, of the folder `within`, those in `may` and no others. Both are folders, or patterns of some.
 */
const mayOnly = ({ name, comment, within, from, may }) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^${within}/${from}/` },
  to: { path: `^${within}/(?!${may.join('|')})` },
});

const conductKeepsItsOrder = CONDUCT_ROOMS.flatMap((rooms, index) =>
  rooms.map((room) =>
    mayOnly({
      name: `conduct-${room}-keeps-its-place`,
      comment: `A story of conduct/ stands on those that are plainer: ${room} is imported by what stands before it, never the other way.`,
      within: 'collector/src/conduct',
      from: room,
      may: [room, ...CONDUCT_ROOMS.slice(index + 1).flat()].map((plainer) => `${plainer}/`),
    }),
  ),
);

const stagesAreStrangers = (workspace, stages) =>
  stages.map((stage) =>
    mayOnly({
      name: `${workspace}-${stage}-imports-no-other-stage`,
      comment: `Stages do not know each other: what ${stage} needs from another stage is handed to it by those who know the order.`,
      within: `${workspace}/src`,
      from: stage,
      // The command line alone shows the settings: its help and flags are made from their table.
      may: [`${stage}/`, 'ports/', 'model/', ...(stage === 'cli' ? ['settings\\.ts'] : [])],
    }),
  );

/** Node's own modules that reach outside the process, or make a result depend on when and where it runs. */
const OUTSIDE =
  '^(node:)?(fs|fs/promises|child_process|net|http|https|tls|dgram|dns|os|sqlite|worker_threads|readline|timers/promises|process|tty)$';

export default {
  forbidden: [
    {
      name: 'no-loops',
      comment: 'Two files that need each other are one file, or hold a third that both need.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'protocol-imports-nothing-of-ours',
      comment: 'The wire is the plainest thing there is: both programs stand on it, it stands on nothing of theirs.',
      severity: 'error',
      from: { path: '^protocol/' },
      to: { path: '^(agent|collector|test)/' },
    },
    mayOnly({
      name: 'wire-stands-alone',
      comment:
        'A second agent could be written from protocol/src/wire: neither the causes nor what the two programs share is said over it.',
      within: 'protocol/src',
      from: 'wire',
      may: ['wire/'],
    }),
    mayOnly({
      name: 'causes-know-the-model-only',
      comment:
        'A cause is a pure function of what a guest said: it knows the nouns of the wire, and not how messages travel (codec, versions).',
      within: 'protocol/src',
      from: 'causes',
      may: ['causes/', 'wire/model/', 'shared/'],
    }),
    mayOnly({
      name: 'shared-stands-alone',
      comment:
        'protocol/src/shared is what both programs need besides the wire (settings, faults): it knows nothing of discards.',
      within: 'protocol/src',
      from: 'shared',
      may: ['shared/'],
    }),
    mayOnly({
      name: 'joining-stands-alone',
      comment:
        'What a token is and what is signed: text in, bytes out. Keys and randomness are effects of the two programs.',
      within: 'protocol/src',
      from: 'joining',
      may: ['joining/'],
    }),
    mayOnly({
      name: 'channel-stands-alone',
      comment: 'The lines of a virtio-serial port carry any stream: they know nothing of what is said in it.',
      within: 'protocol/src',
      from: 'channel',
      may: ['channel/'],
    }),
    {
      name: 'protocol-touches-nothing',
      comment: 'No I/O in the wire: it is tested, fuzzed and bundled as pure functions.',
      severity: 'error',
      from: { path: '^protocol/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'agent-and-collector-are-strangers',
      comment: 'They meet on the wire only. Code that both need is pure and lives in protocol.',
      severity: 'error',
      from: { path: '^(agent|collector)/' },
      to: { path: '^(agent|collector)/', pathNot: '^$1/' },
    },
    {
      name: 'sources-do-not-know-tests',
      comment: 'What only a test needs belongs to the test.',
      severity: 'error',
      from: { path: '^(protocol|agent|collector)/' },
      to: { path: '^test/' },
    },
    {
      name: 'only-io-touches-the-world',
      comment:
        'Effects live in io/, behind a small port, so that every stage can be read and tested as data in, data out.',
      severity: 'error',
      from: { path: '^(agent|collector)/src/', pathNot: '^(agent|collector)/src/(io/|main\\.ts)' },
      to: { path: OUTSIDE, dependencyTypes: ['core'] },
    },
    {
      name: 'only-composition-roots-import-io',
      comment: 'A stage that imports its own effects cannot be given others.',
      severity: 'error',
      from: {
        path: '^(agent|collector)/src/',
        pathNot: '^(agent|collector)/src/(io/|main\\.ts|agent\\.ts|collector\\.ts|compose/)',
      },
      to: { path: '^(agent|collector)/src/io/' },
    },
    mayOnly({
      name: 'io-knows-no-stage',
      comment: 'An effect is the plainest way to do one thing to the world; what it is for, those who compose it know.',
      within: '(agent|collector)/src',
      from: 'io',
      may: ['io/', 'ports/', 'model/'],
    }),
    mayOnly({
      name: 'ports-and-model-are-plain',
      comment:
        'Ports and models say what things are; they depend on the wire and on each other, on nothing that does something.',
      within: '(agent|collector)/src',
      from: '(ports|model)',
      may: ['ports/', 'model/'],
    }),
    {
      name: 'faces-read-one-interface',
      comment: 'api and cli read the Desk, never the store: a new face must not need to know how things are kept.',
      severity: 'error',
      from: { path: '^collector/src/(api|cli)/' },
      to: { path: '^collector/src/(store|ports/store)' },
    },
    ...stagesAreStrangers('agent', AGENT_STAGES),
    ...stagesAreStrangers('collector', COLLECTOR_STAGES),
    ...conductKeepsItsOrder,
    {
      name: 'no-orphans',
      comment: 'A file that nothing imports is dead, or a way in that is not written down here.',
      severity: 'error',
      from: { orphan: true, path: '^(protocol|agent|collector)/src/', pathNot: '(^|/)main\\.ts$' },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing is a missing dependency.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|fixtures)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'types', 'import', 'default'] },
  },
};
