import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GUEST_PACKAGES } from '../../support/guest/root-tools.ts';
import { ensurePackages } from '../../support/machine/packages.ts';
import { createNarrator } from '../../support/own-tools/narrator.ts';
import { runToExit, type Surroundings } from '../../support/own-tools/run-to-exit.ts';
import { startCollectorProgram } from '../../support/programs/collector.ts';
import { type MadePool, POOLS } from './pools.ts';
import { readSampledLevels } from './sampled-levels.ts';
import { type Filler, startPool } from './start-pool.ts';

const HELP = `nice -n 10 node --conditions=source test/bench/pools/main.ts [options]

Makes the curves pool-01 and on of test/fixtures/series: real guests write,
delete and trim in real pools, a day in seconds, and a collector samples the
pools. Needs root, 10 GiB in /var/tmp and, for 400 days of two seconds, 20
minutes, longer where the guests need more. Stopped early, it writes what it has.

  --days N       how many days (400)
  --day-ms N     how long a day lasts (2000)
  --only POOL    this pool alone; may be given more than once
  --into FOLDER  where the curves go (test/fixtures/series)
`;

const SAMPLE_EVERY = '8h';
/** The calendar goes a little faster than the guests, and waits for them at the end of each day. */
const CALENDAR_SHARE = 0.8;
/** Of the collector's log, which says why days are missing. */
const LAST_LINES = 10;

interface Call {
  readonly days: number;
  readonly dayMs: number;
  readonly pools: readonly MadePool[];
  readonly into: string;
}

async function main(): Promise<number> {
  const call = parseCall();
  if (typeof call === 'number') return call;
  const { say } = createNarrator(process.stderr);
  return runToExit({ name: 'pools', say, work: (surroundings) => makePools({ ...surroundings, call, say }) });
}

type Parts = Surroundings & { readonly call: Call; readonly say: (line: string) => void };

async function makePools({ call, cleanUp, signal, say }: Parts): Promise<number> {
  await ensurePackages({ packages: GUEST_PACKAGES, say });
  const directory = await cleanUp.make({
    what: 'the folder of the pools',
    make: () => mkdtemp('/var/tmp/trimtab-pools-'),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  const started: { readonly pool: MadePool; readonly mount: string; readonly fillers: readonly Filler[] }[] = [];
  for (const pool of call.pools) {
    started.push({ pool, ...(await startPool({ pool, directory, cleanUp, signal })) });
    say(`${pool.name} is there`);
  }
  await mkdir(join(directory, 'collector'));
  const daysFile = join(directory, 'days');
  writeFileSync(daysFile, '0');
  await cleanUp.make({
    what: 'the collector',
    make: () =>
      startCollectorProgram({
        directory,
        script: join(import.meta.dirname, '../../support/programs/fast-collector.ts'),
        env: { DAY_MS: `${CALENDAR_SHARE * call.dayMs}`, DAYS_FILE: daysFile },
        args: ['--sample-every', SAMPLE_EVERY],
      }),
    async undo(collector) {
      await collector[Symbol.asyncDispose]();
      const levels = await readSampledLevels(join(directory, 'collector'));
      for (const { pool, mount } of started) {
        const rows = (levels.get(mount) ?? []).map(({ day, level }) => `${day},${level}\n`);
        await writeFile(join(call.into, `${pool.name}.csv`), `day,level\n${rows.join('')}`);
        say(`${pool.name}: ${rows.length} days`);
      }
      for (const line of collector.program.output().split('\n').slice(-LAST_LINES)) say(line);
    },
  });
  const fillers = started.flatMap((pool) => pool.fillers);
  for (let day = 0; day < call.days; day += 1) {
    signal.throwIfAborted();
    const began = performance.now();
    await Promise.all(fillers.map((filler) => filler.live(day)));
    await delay(Math.max(0, began + call.dayMs - performance.now()), undefined, { signal });
    // All have lived this day: the calendar may go on to the next.
    writeFileSync(daysFile, `${day + 1}`);
    if (day % 10 === 0) say(`day ${day}`);
  }
  return 0;
}

function parseCall(): Call | number {
  try {
    const text = { type: 'string' } as const;
    const only = { type: 'string', multiple: true } as const;
    const { values } = parseArgs({
      options: { days: text, 'day-ms': text, only, into: text, help: { type: 'boolean', default: false } },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const [days, dayMs] = [Number(values.days ?? 400), Number(values['day-ms'] ?? 2_000)];
    if (!(days >= 1 && dayMs >= 1)) throw new Error('--days and --day-ms are whole numbers above 0');
    const unknown = values.only?.find((name) => POOLS.every((pool) => pool.name !== name));
    if (unknown !== undefined)
      throw new Error(`there is no ${unknown}; give ${POOLS.map(({ name }) => name).join(', ')}`);
    const pools = POOLS.filter(({ name }) => values.only?.includes(name) ?? true);
    return { days, dayMs, pools, into: values.into ?? join(import.meta.dirname, '../../fixtures/series') };
  } catch (error) {
    process.stderr.write(`pools: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
}

process.exit(await main());
