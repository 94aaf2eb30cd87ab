import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { errorText } from '../support/own-tools/error-text.ts';
import { runToExit } from '../support/own-tools/run-to-exit.ts';
import type { Bench, Benchmark } from './benchmark.ts';
import { formatJson, formatTable, isMet, type Result } from './figures-table.ts';
import { BENCHMARKS, FIGURE_NAMES } from './registry.ts';

const HELP = `npm run bench -- [--json] [FIGURE...]

Measures the programs as they were built, each figure against a named
alternative in the same run, and shows them with their bars. Without a name all
figures, in about 25 minutes. trim-overhead needs root, for a loop device, and
1 GiB of disk.

  --json   one object a line on stdout, {"figure","value","unit","against",
           "bar"}; progress goes to stderr in any case

Figures:
${FIGURE_NAMES.map((name) => `  ${name}`).join('\n')}

Exit code: 0 every bar is met, 1 a bar is missed or a figure could not be
measured, 2 wrong usage, 130 stopped by Ctrl-C.

Example: npm run --silent bench -- --json agent-rss agent-private
`;

/** Not /tmp, which may be memory: an image there would be trimmed by nothing that a host has. */
const BASE = process.env.TRIMTAB_BENCH_DIRECTORY ?? '/var/tmp';

async function main(): Promise<number> {
  const call = parseCall();
  if (typeof call === 'number') return call;
  return runToExit({ name: 'bench', say, work: ({ signal }) => measureAll({ ...call, signal }) });
}

async function measureAll({ json, names: wantedNames, signal }: Call & Pick<Bench, 'signal'>): Promise<number> {
  const results: Result[] = [];
  let failed = false;
  for (const benchmark of BENCHMARKS) {
    const wanted = benchmark.figures.filter(({ figure }) => wantedNames.includes(figure));
    if (wanted.length === 0) continue;
    const names = wanted.map(({ figure }) => figure).join(', ');
    try {
      say(names);
      const measured = await measure({ benchmark, signal });
      signal.throwIfAborted();
      for (const figure of wanted) {
        const value = measured[figure.figure];
        if (value === undefined) throw new Error(`${figure.figure} was not among what was measured`);
        const result: Result = { ...figure, ...value, value: Number(value.value.toFixed(figure.decimals)) };
        results.push(result);
        if (json) process.stdout.write(`${formatJson(result)}\n`);
      }
    } catch (error) {
      signal.throwIfAborted();
      failed = true;
      say(`${names} could not be measured: ${errorText(error)}`);
    }
  }
  if (!json && results.length > 0) process.stdout.write(formatTable(results));
  return !failed && results.every(isMet) ? 0 : 1;
}

async function measure({ benchmark, signal }: { benchmark: Benchmark } & Pick<Bench, 'signal'>) {
  const directory = await mkdtemp(join(BASE, 'trimtab-bench-'));
  try {
    return await benchmark.measure({ directory, signal, say: (line) => say(`  ${line}`) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Call {
  readonly json: boolean;
  readonly names: readonly string[];
}

function parseCall(): Call | number {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseArgs({ options: { json: flag, help: flag }, allowPositionals: true });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const unknown = positionals.filter((name) => !FIGURE_NAMES.includes(name));
    if (unknown.length > 0) throw new Error(`there is no figure ${unknown.join(', ')}`);
    return { json: values.json, names: positionals.length > 0 ? positionals : FIGURE_NAMES };
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

process.exit(await main());
