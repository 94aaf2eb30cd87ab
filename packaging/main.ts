import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runToExit } from '../test/support/own-tools/run-to-exit.ts';
import { ROOT } from './inputs/root.ts';
import { type Made, makePackages } from './make-packages.ts';
import { listProducts, type Product } from './products.ts';
import { formatSizes } from './sizes.ts';

const PRODUCTS = listProducts();

const HELP = `npm run packages -- [--only PACKAGE]... [--quick] [--twice]

Makes the packages of both programs in packages/, and says how large each is,
and what it takes where it is installed. All of them take ten minutes, nearly
all of it for compressing Node.js.

  --only PACKAGE   this one alone; may be given several times
  --quick          without compression, to try them out: in a moment, and large
  --twice          make each twice, and compare

Packages:
${PRODUCTS.map(({ id }) => `  ${id}`).join('\n')}

Exit code: 0 done, 1 a package could not be made, or two runs differ, 2 wrong
usage, 130 stopped by Ctrl-C.

Example: npm run packages -- --only trimtab-agent.amd64.deb
`;

interface Call {
  readonly products: readonly Product[];
  readonly isQuick: boolean;
  readonly isTwice: boolean;
}

async function main(): Promise<number> {
  const call = parseCall();
  if (typeof call === 'number') return call;
  return runToExit({ name: 'packaging', say, work: ({ signal }) => makeAll(call, signal) });
}

async function makeAll({ products, isQuick, isTwice }: Call, signal: AbortSignal): Promise<number> {
  const make = (folder: string) => makePackages({ products, folder, isQuick, say, signal });
  const made = await make(join(ROOT, 'packages'));
  process.stdout.write(formatSizes(made));
  if (!isTwice) return 0;
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-packages-'));
  try {
    return tellDifferences({ made, again: await make(folder) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tellDifferences({ made, again }: { readonly made: readonly Made[]; readonly again: readonly Made[] }): number {
  const other = new Map(again.map(({ file, sha256 }) => [file, sha256]));
  const differing = made.filter(({ file, sha256 }) => other.get(file) !== sha256);
  for (const { file } of differing) say(`${file} was another the second time`);
  if (differing.length === 0) say(`Byte by byte the same the second time: ${made.length} of ${made.length}.`);
  return differing.length === 0 ? 0 : 1;
}

function parseCall(): Call | number {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: { only: { type: 'string', multiple: true }, quick: flag, twice: flag, help: flag },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const unknown = values.only?.find((name) => PRODUCTS.every(({ id }) => id !== name));
    if (unknown !== undefined) throw new Error(`there is no package ${unknown}`);
    const products = PRODUCTS.filter(({ id }) => values.only === undefined || values.only.includes(id));
    return { products, isQuick: values.quick, isTwice: values.twice };
  } catch (error) {
    process.stderr.write(`packages: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

process.exit(await main());
