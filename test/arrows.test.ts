import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const PLACES = ['protocol/src', 'agent/src', 'collector/src'];

/** The lists of .dependency-cruiser.mjs that its rules are made from. */
interface Rooms {
  readonly STAGES: Readonly<Record<string, readonly string[]>>;
  readonly NO_STAGES: readonly string[];
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
}, 60_000);

it('every folder under src is a stage, or stands in the list of those that are none', async () => {
  const { NO_STAGES, STAGES }: Rooms = await import(new URL('../.dependency-cruiser.mjs', import.meta.url).href);
  for (const [workspace, stages] of Object.entries(STAGES)) {
    const entries = await readdir(join(root, workspace, 'src'), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.filter((name) => !stages.includes(name) && !NO_STAGES.includes(name))).toEqual([]);
    expect(stages.filter((stage) => !folders.includes(stage))).toEqual([]);
  }
});

it('no file holds two things: none is over 300 lines', async () => {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '*.ts', '*.mjs', '*.sh'], { cwd: root });
  const { readFile } = await import('node:fs/promises');
  const lengths = await Promise.all(
    stdout
      .trim()
      .split('\n')
      .map(async (file) => ({ file, lines: (await readFile(join(root, file), 'utf8')).split('\n').length })),
  );
  expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
});

async function ourFiles(): Promise<string[]> {
  const lists = await Promise.all(
    PLACES.map(async (place) =>
      (await readdir(join(root, place), { recursive: true })).map((file) => join(place, file)),
    ),
  );
  return lists.flat().filter((file) => file.endsWith('.ts'));
}
