import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../../collector/src/io/sqlite.ts';
import { type Death, type LifePlace, liveWithAlerts, openStore, readReceived } from './alert-life.ts';

let folder: string;
let template: string;
let places = 0;
/** How many steps a whole life takes that change something. */
let steps: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-alerts-'));
  template = join(folder, 'template.sqlite');
  await (await openStore({ path: template, database: openSqlDatabase(template) })).close();
  steps = await liveWithAlerts({ ...(await newPlace()), from: 0, death: null });
});
afterAll(() => rm(folder, { recursive: true }));

async function newPlace(): Promise<LifePlace> {
  places += 1;
  const name = join(folder, String(places));
  await copyFile(template, `${name}.sqlite`);
  return { path: `${name}.sqlite`, receiver: `${name}-receiver.sqlite` };
}

/** The next life, to the end; what was received by then, and what is left to be posted. */
async function endWell({ path, receiver }: LifePlace, from: number) {
  await liveWithAlerts({ path, receiver, from, death: null });
  const store = await openStore({ path, database: openSqlDatabase(path) });
  const left = { waiting: await store.waitingNotices(), ended: (await store.endedAlerts(9)).length };
  await store.close();
  return { received: readReceived(receiver), ...left };
}

const WELL = { received: ['start', 'end'], waiting: [], ended: 1 };

it('a life without a death tells of one start and one end', async () => {
  const place = await newPlace();
  expect(await endWell(place, 0)).toEqual(WELL);
  // Begun, started, told, ending, over, calm: each several steps.
  expect(steps).toBeGreaterThan(15);
});

describe.each(['before', 'after'] as const)('ended %s any of its steps', (when) => {
  it('it has told of one start and one end by the end of the next life', async () => {
    const wrong: object[] = [];
    for (let nth = 1; nth <= steps; nth += 1) {
      const place = await newPlace();
      let died = 0;
      const die = () => {
        throw new Error('it is dead');
      };
      await liveWithAlerts({ ...place, from: 0, death: { nth, when, die }, onMinute: (minute) => (died = minute) });
      const found = await endWell(place, died);
      if (JSON.stringify(found) !== JSON.stringify(WELL)) wrong.push({ nth, died, ...found });
    }
    expect(wrong).toEqual([]);
  });
});

/** A process of its own, killed with SIGKILL at that step; the minute of its death. */
async function liveAndBeKilled({ place, death }: { place: LifePlace; death: Omit<Death, 'die'> }): Promise<number> {
  const life = new URL('./alert-life.ts', import.meta.url).href;
  const program = `
    import { writeSync } from 'node:fs';
    import { liveWithAlerts } from ${JSON.stringify(life)};
    await liveWithAlerts({
      ...${JSON.stringify(place)},
      from: 0,
      death: { ...${JSON.stringify(death)}, die() { process.kill(process.pid, 'SIGKILL'); for (;;); } },
      onMinute: (minute) => writeSync(1, minute + '\\n'),
    });`;
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', program]);
  let said = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const [, signal] = await once(child, 'close');
  expect({ signal, errors }).toEqual({ signal: 'SIGKILL', errors: '' });
  return Number(said.trim().split('\n').at(-1));
}

it('killed between a state and its notice, on either side of its post, it tells once all the same', async () => {
  // The middle of the life is where its start is told: in the transaction, behind it, and behind the post.
  const deaths = [4, 5, 6, 7, 8].map((nth) => ({ nth, when: 'after' }) as const);
  const found = await Promise.all(
    deaths.map(async (death) => {
      const place = await newPlace();
      return endWell(place, await liveAndBeKilled({ place, death }));
    }),
  );
  expect(found).toEqual(deaths.map(() => WELL));
});
