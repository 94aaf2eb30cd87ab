import { randomInt } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTraces } from '../support/machine/traces.ts';
import { createNarrator } from '../support/own-tools/narrator.ts';
import { runToExit, type Surroundings } from '../support/own-tools/run-to-exit.ts';
import { type Call, parseCall } from './parse-call.ts';
import { runSubject } from './run-subject.ts';
import { SUBJECTS, type Subject } from './subjects.ts';

const HELP = `npm run soak -- [options] [SUBJECT...]

The long runs of the random tests, of which npm test tries a sample: many seeds
of each, one subject after the other. Without options one round, in about an
hour; kills and interrupts need root.

  --seeds N    this many seeds for each subject, instead of its own number
  --minutes N  round after round with new seeds, until N minutes have passed
  --seed N     this one seed of one subject: a failure, seen again

Progress goes to stderr, with the seeds; stdout gets one line a failed seed,
with the command that shows it again.

Exit code: 0 all passed, 1 a test failed, 2 wrong usage, 130 stopped by Ctrl-C.

Subjects, with the seeds of a round:
${SUBJECTS.map(({ name, what, seeds }) => `  ${name.padEnd(15)}${`${seeds}`.padStart(6)}  ${what}`).join('\n')}

Example: npm run soak -- --minutes 30 kills
`;

/** Seeds leave room for the count behind the first. */
const FIRST_BELOW = 1_000_000_000;

const { say } = createNarrator(process.stderr);

async function soak({ call, cleanUp, signal }: Surroundings & { readonly call: Call }): Promise<number> {
  const directory = await cleanUp.make({
    what: 'the folder of the soak',
    make: () => mkdtemp(join(tmpdir(), 'trimtab-soak-')),
    undo: removeTraces,
  });
  const untilMs = performance.now() + (call.minutes ?? 0) * 60_000;
  let failures = 0;
  do {
    for (const subject of call.subjects) {
      const count = call.seed === null ? (call.seeds ?? subject.seeds) : 1;
      const first = call.seed ?? randomInt(1, FIRST_BELOW);
      say(`${subject.name}: ${count === 1 ? `seed ${first}` : `${count} seeds from ${first}`}`);
      const failed = await runSubject({ subject, first, count, directory, signal });
      if (failed === null) continue;
      failures += 1;
      tellFailure({ subject, failed, first, count });
    }
  } while (performance.now() < untilMs);
  say(failures === 0 ? 'all passed' : `${failures} failed`);
  return failures === 0 ? 0 : 1;
}

function tellFailure(parts: { subject: Subject; failed: readonly number[]; first: number; count: number }): void {
  const { subject, failed, first, count } = parts;
  for (const seed of failed)
    process.stdout.write(`${subject.name} failed with seed ${seed}: npm run soak -- --seed ${seed} ${subject.name}\n`);
  if (failed.length === 0)
    process.stdout.write(`${subject.name} failed with one of ${count} seeds from ${first}, and did not say which\n`);
}

function main(): Promise<number> | number {
  try {
    const call = parseCall(process.argv.slice(2));
    if (call !== 'help') return runToExit({ name: 'soak', say, work: (around) => soak({ ...around, call }) });
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    process.stderr.write(`soak: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
}

process.exit(await main());
