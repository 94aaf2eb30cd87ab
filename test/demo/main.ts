import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { type CleanUp, createCleanUp } from '../support/own-tools/clean-up.ts';
import { createNarrator, type Narrator } from '../support/own-tools/narrator.ts';
import { runToExit, type Surroundings } from '../support/own-tools/run-to-exit.ts';
import { startCollectorProgram } from '../support/programs/collector.ts';
import { FILE_BYTES, type Run, runExperiment, type Scene } from './experiment.ts';
import { openGuestScene, prepareGuests } from './guest-scene.ts';
import { openLoopScene } from './loop-scene.ts';

const HELP = `npm run demo -- [options]

The experiment of a blog article of 2013, on getting the space of sparse disk
images back with virtio-scsi, discard=unmap and fstrim: a guest with a sparse
disk of 30 GiB writes 1134 MiB, deletes them and trims. What does the host get
back? First with discard=unmap, as there, then with discard=ignore, QEMU's
default. It needs about 3 GiB of disk, and takes one to four minutes.

  --json   one object on stdout, {"runs":[{discard, image, allocationBytes{},
           trim{}}]}; the story goes to stderr
  --qemu   a real guest or nothing
  --loop   no guest: a loop device of this host (as root)
  --keep   leave the images where they are, and say where

Example: npm run --silent demo -- --json > demo.json
`;

/** A written file, twice, and what filesystem and state take. */
const NEEDED_BYTES = 2 * FILE_BYTES + 512 * 1024 * 1024;

interface Options {
  readonly json: boolean;
  readonly qemu: boolean;
  readonly loop: boolean;
  readonly keep: boolean;
}

async function main(): Promise<number> {
  const options = parseOptions();
  if (typeof options === 'number') return options;
  const narrator = createNarrator(options.json ? process.stderr : process.stdout);
  return runToExit({
    name: 'demo',
    say: narrator.say,
    async work(surroundings) {
      const runs = await tell({ options, narrator, ...surroundings });
      surroundings.signal.throwIfAborted();
      if (options.json) process.stdout.write(`${JSON.stringify({ runs })}\n`);
      return 0;
    },
  });
}

async function tell(parts: Surroundings & { options: Options; narrator: Narrator }): Promise<Run[]> {
  const { options, narrator, cleanUp, signal } = parts;
  narrator.title('A guest deletes a file. Does its host get the space back?');
  narrator.say('after a blog article of 2013 on virtio-scsi, discard=unmap and fstrim');
  const loop = options.loop || !(await canHaveGuests({ options, narrator }));
  const directory = await makeDirectory({ keep: options.keep, cleanUp, narrator });
  const collector = await cleanUp.make({
    what: 'the collector',
    make: () => startCollectorProgram({ directory }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  narrator.say('the collector runs on this host');
  const runs: Run[] = [];
  const tellOne = async (open: (undo: CleanUp) => Promise<Scene>) => {
    const undo = createCleanUp((text) => narrator.say(text));
    cleanUp.add('the scene', undo.run);
    const run = await runExperiment({ scene: await open(undo), collector, narrator });
    runs.push(run);
    await undo.run();
    // The next run needs its space.
    if (!options.keep) await rm(run.image, { force: true });
  };
  if (loop) {
    narrator.title('1  A loop device');
    await tellOne((undo) => openLoopScene({ directory, collector, cleanUp: undo, narrator }));
  } else {
    narrator.title('1  As in the article: discard=unmap');
    await tellOne((undo) =>
      openGuestScene({ discard: 'unmap', directory, collector, cleanUp: undo, signal, narrator }),
    );
    narrator.title('2  The same guest with discard=ignore, QEMU’s default');
    await tellOne((undo) =>
      openGuestScene({ discard: 'ignore', directory, collector, cleanUp: undo, signal, narrator }),
    );
  }
  summarise(runs, narrator);
  if (options.keep) narrator.say(`kept: ${directory}`);
  return runs;
}

async function canHaveGuests(parts: { options: Options; narrator: Narrator }): Promise<boolean> {
  const { options, narrator } = parts;
  try {
    await prepareGuests({ narrator, confirm: process.stdin.isTTY && process.stderr.isTTY ? ask : null });
    return true;
  } catch (error) {
    if (options.qemu) throw error;
    narrator.say(`No real guest here: ${error instanceof Error ? error.message : error}`);
    narrator.say(
      'A loop device of this host takes its place. There is no hypervisor then, and nothing that could ignore a discard.',
    );
    return false;
  }
}

async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} [Y/n] `);
  lines.close();
  return /^(y|yes|)$/i.test(answer.trim());
}

async function makeDirectory(parts: { keep: boolean; cleanUp: CleanUp; narrator: Narrator }): Promise<string> {
  // Not /tmp, which may be memory.
  const base = process.env.TRIMTAB_DEMO_DIRECTORY ?? '/var/tmp';
  const { bavail, bsize } = await statfs(base).catch(() => statfs(tmpdir()));
  if (bavail * bsize < NEEDED_BYTES) {
    throw new Error(`${base} has less than 3 GiB free. Set TRIMTAB_DEMO_DIRECTORY to a folder that has.`);
  }
  return parts.cleanUp.make({
    what: 'the folder of the demo',
    make: () => mkdtemp(join(base, 'trimtab-demo-')),
    undo: async (directory) => {
      if (!parts.keep) await rm(directory, { recursive: true, force: true });
    },
  });
}

function summarise(runs: readonly Run[], narrator: Narrator): void {
  narrator.title('In one line each');
  for (const { discard, trim } of runs) {
    const [disk] = trim.disks;
    if (disk !== undefined) narrator.say(`discard=${discard}: ${disk.verdict}. ${disk.sentence}`);
  }
}

function parseOptions(): Options | number {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { json: flag, qemu: flag, loop: flag, keep: flag, help: flag } });
    if (values.qemu && values.loop) throw new Error('--qemu and --loop exclude each other');
    if (!values.help) return values;
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
}

process.exit(await main());
