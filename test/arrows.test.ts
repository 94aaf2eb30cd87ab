import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const PLACES = ['protocol/src', 'agent/src', 'collector/src'];

/** The lists of .dependency-cruiser.mjs that its rules are made from. */
interface Rooms {
  readonly STAGES: Readonly<Record<string, readonly string[]>>;
  readonly NO_STAGES: readonly string[];
  readonly PARTS_OF_PROTOCOL: readonly string[];
  readonly CONDUCT_ROOMS: readonly (readonly string[])[];
}

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

it('every arrow between files points the way that ARCHITECTURE.md draws it', async () => {
  const run = promisify(execFile);
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...PLACES];
  // Its exit code is the number of violations; what they are is in the output.
  const { stdout } = await run('node_modules/.bin/depcruise', args, { cwd: root, maxBuffer: 2 ** 27 }).catch(
    (error) => error,
  );
  const cruise = JSON.parse(stdout) as Cruise;
  expect(cruise.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);

  // A parser that does not read our files would find nothing wrong with them.
  const seen = new Set(cruise.modules.map(({ source }) => source));
  expect((await ourFiles()).filter((file) => !seen.has(file))).toEqual([]);
});

it('every folder under src stands in a list that rules are made from, and protocol/src holds nothing else', async () => {
  const rooms: Rooms = await import(new URL('../.dependency-cruiser.mjs', import.meta.url).href);
  for (const [workspace, stages] of Object.entries(rooms.STAGES)) {
    const folders = await foldersOf(`${workspace}/src`);
    expect(folders.filter((name) => !stages.includes(name) && !rooms.NO_STAGES.includes(name))).toEqual([]);
    expect(stages.filter((stage) => !folders.includes(stage))).toEqual([]);
  }
  const inProtocol = (await ourFiles()).filter((file) => file.startsWith('protocol/src/'));
  const parts = new Set(inProtocol.map((file) => file.split('/')[2]));
  expect([...parts].toSorted()).toEqual(rooms.PARTS_OF_PROTOCOL.toSorted());
});

it('every story of the collector’s conduct/ is a room with a place in their order, and the hall holds one file', async () => {
  const { CONDUCT_ROOMS }: Rooms = await import(new URL('../.dependency-cruiser.mjs', import.meta.url).href);
  const inConduct = (await ourFiles()).flatMap((file) => /^collector\/src\/conduct\/(.+)$/.exec(file)?.[1] ?? []);
  const rooms = new Set(inConduct.map((file) => file.split('/')[0]));
  expect([...rooms].toSorted()).toEqual([...CONDUCT_ROOMS.flat(), 'answer-guest.ts'].toSorted());
});

it('no file holds two things: none is over 300 lines, and half of the sources have at most 60', async () => {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '*.ts', '*.mjs', '*.sh'], { cwd: root });
  const lengths = await Promise.all(
    stdout
      .trim()
      .split('\n')
      .map(async (file) => ({ file, lines: (await readFile(join(root, file), 'utf8')).split('\n').length })),
  );
  expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  const sources = lengths.filter(({ file }) => PLACES.some((place) => file.startsWith(`${place}/`)));
  const [middle] = sources
    .map(({ lines }) => lines)
    .toSorted((one, other) => one - other)
    .slice(Math.floor(sources.length / 2));
  expect(middle).toBeLessThanOrEqual(60);
});

async function ourFiles(): Promise<string[]> {
  const lists = await Promise.all(
    PLACES.map(async (place) =>
      (await readdir(join(root, place), { recursive: true })).map((file) => join(place, file)),
    ),
  );
  return lists.flat().filter((file) => file.endsWith('.ts'));
}

async function foldersOf(place: string): Promise<string[]> {
  const entries = await readdir(join(root, place), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
