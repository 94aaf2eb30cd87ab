import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../../collector/src/compose/open-store.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import { SERIES_KINDS } from '../../../collector/src/model/series.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { imageOf, samplesOfMinutes, UNTIL } from '../history/fleet-samples.ts';
import { type Fleet, makeYear } from '../history/make-year.ts';
import { formatSpread, median } from '../statistics.ts';

const DAY = 86_400_000;
const MANY: Fleet = { images: 1_000, pools: 20 };
const FEW: Fleet = { images: 100, pools: 2 };
const ROUNDS = 21;
const MB = 1e6;

/** What a year of sampling takes, and how long it takes to be told of it. */
export const history: Benchmark = {
  figures: [
    { figure: 'history-size', unit: 'MB', bar: 400, bound: 'at most', decimals: 0 },
    { figure: 'series', unit: 'ms', bar: 30, bound: 'at most', decimals: 1 },
    { figure: 'history-scaling', unit: 'x', bar: 12, bound: 'at most', decimals: 2 },
  ],
  async measure(bench) {
    // The pauses of a store keep no process alive.
    const alive = setInterval(() => {}, 1_000);
    try {
      return await measureYears(bench);
    } finally {
      clearInterval(alive);
    }
  },
};

async function measureYears(bench: Bench) {
  const many = await yearOf(MANY, bench);
  const few = await yearOf(FEW, bench);
  const plain = measurePlain(join(bench.directory, 'plain.sqlite'), many.rows);
  bench.say(`${many.rows} rows of ${many.bytes / MB} MB; as plain tables ${plain.toFixed(0)} MB`);
  const states = await timeInTurn({ many: many.states, few: few.states });
  const sizes = many.bytes / few.bytes;
  const times = median(states.many) / median(states.few);
  const told = await timeInTurn({ store: many.series, bare: many.bareSeries });
  await many.close();
  await few.close();
  return {
    'history-size': {
      value: many.bytes / MB,
      against: `the same ${many.rows} rows in plain rowid tables with an index, scaled: ${plain.toFixed(0)} MB`,
    },
    series: {
      value: median(told.store),
      against: `${formatSpread(told.store, 1)} ms; bare statements over the same rows: ${formatSpread(told.bare, 1)} ms`,
    },
    'history-scaling': {
      value: Math.max(sizes, times),
      against: `${FEW.images} images: ${(few.bytes / MB).toFixed(1)} MB (${sizes.toFixed(1)} x), how all stand ${formatSpread(states.few, 2)} ms (${times.toFixed(1)} x)`,
    },
  };
}

async function yearOf(fleet: Fleet, { directory, say, signal }: Bench) {
  const folder = join(directory, `year-${fleet.images}`);
  const path = join(folder, 'trimtab.sqlite');
  await (await openYear(folder)).close();
  const beganMs = performance.now();
  const hostId = readFileSync(join(folder, 'host-id'), 'utf8').trim() as HostId;
  await makeYear({ path, hostId, fleet, signal });
  say(`a year of ${fleet.images} images is made in ${((performance.now() - beganMs) / 1_000).toFixed(0)} s`);
  // How each stands, as the last minute left it.
  const store = await openYear(folder);
  await store.addSamples(samplesOfMinutes({ images: fleet.images, minutes: 1, from: 0 }));
  await store.close();
  const bytes = statSync(path).size;
  const reader = new DatabaseSync(path, { readOnly: true });
  const [{ rows } = { rows: 0 }] = reader
    .prepare('select (select count(*) from sample) + (select count(*) from rollup) as rows')
    .all();
  const opened = await openYear(folder);
  let image = 0;
  const next = () => {
    image = (image + 37) % fleet.images;
    return image;
  };
  return {
    bytes,
    rows: Number(rows),
    states: () => readStates(opened),
    series: () => readSeries(opened, next()),
    bareSeries: async () => readBare(reader, next()),
    async close() {
      reader.close();
      await opened.close();
    },
  };
}

function openYear(folder: string): Promise<Store> {
  const log = { info() {}, warn: (fields: object, words: string) => console.error(words, fields) };
  return openStore({
    stateDirectory: folder,
    database: null,
    history: 512 * 1024 ** 2,
    keepSamples: 2,
    keepHours: 90,
    keepDays: 1_825,
    log,
  });
}

async function readStates(store: Store): Promise<void> {
  for (const kind of SERIES_KINDS) await store.series(kind);
}

async function readSeries(store: Store, image: number): Promise<void> {
  const series = imageOf(image);
  const hours = await store.points({ series, resolution: 'hour', from: UNTIL - 90 * DAY, to: UNTIL });
  const days = await store.points({ series, resolution: 'day', from: UNTIL - 365 * DAY, to: UNTIL });
  if (hours.length !== 90 * 24 || days.length !== 365) throw new Error(`${hours.length} hours, ${days.length} days`);
}

/** The rows of one image, in one statement and without a store. */
function readBare(reader: DatabaseSync, image: number): void {
  const [series] = reader
    .prepare("select id from series where kind = 'image' and subject = ?")
    .all(imageOf(image).subject);
  const stretches = reader.prepare("select number from stretch where resolution in ('hour', 'day')").all();
  const places = stretches.map(() => '?').join(', ');
  const rows = reader
    .prepare(`select * from rollup where series = ? and stretch in (${places})`)
    .all(Number(series?.id), ...stretches.map(({ number }) => Number(number)));
  if (rows.length < 90 * 24 + 365) throw new Error(`${rows.length} rows`);
}

/** In turn, so that what else the machine does meets both. */
async function timeInTurn<Name extends string>(
  works: Readonly<Record<Name, () => Promise<void>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(works) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of names) {
      const beganMs = performance.now();
      await works[name]();
      // The first of each puts its statements together.
      if (round > 0) times[name].push(performance.now() - beganMs);
    }
  return times;
}

/** A table a person would make first, with its index by series and time; of some hours, scaled to as many rows. */
function measurePlain(path: string, rows: number): number {
  const images = 1_000;
  const minutes = 180;
  const database = new DatabaseSync(path);
  database.exec(`pragma journal_mode = wal; create table sample (series integer, at integer, level integer, size integer);
    create index sample_by_series on sample (series, at)`);
  const insert = database.prepare('insert into sample values (?, ?, ?, ?)');
  for (let minute = 0; minute < minutes; minute += 1) {
    database.exec('begin');
    for (const [index, { at, levelBytes, limitBytes }] of samplesOfMinutes({
      images,
      minutes: 1,
      from: minute,
    }).entries())
      insert.run(index, at, levelBytes, limitBytes);
    database.exec('commit');
  }
  database.close();
  return ((statSync(path).size / (images * minutes)) * rows) / MB;
}
