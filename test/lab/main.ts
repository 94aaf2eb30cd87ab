import { parseArgs } from 'node:util';
import { GUEST_PACKAGES } from '../support/guest/root-tools.ts';
import { ensurePackages } from '../support/machine/packages.ts';
import { STORAGE_PACKAGES } from '../support/machine/storage-packages.ts';
import { createNarrator } from '../support/own-tools/narrator.ts';
import { runToExit, type Surroundings } from '../support/own-tools/run-to-exit.ts';
import { CASE_NAMES, LAB_CASES } from './cases.ts';
import { findWrong } from './check-row.ts';
import type { LabCase } from './lab-case.ts';
import { formatMarkdown, formatTable } from './lab-table.ts';
import { runLab } from './run-lab.ts';

const HELP = `npm run lab -- [options]

Real guests, each disk set up to reclaim, to lose or to hold what a trim gives
up: what does Trimtab count at each hop, and what does it say? Every image's
allocation is measured by the lab itself, too. Takes about two minutes, and
3 GiB of disk; needs root.

  --only NAME...  these cases, and no guest they do not need
  --json          one object a case on stdout, {"case","hops",
                  "allocationDeltaBytes","verdict","lostAt","cause",
                  "expected":{"verdict","lostAt","cause"}} and more; progress
                  goes to stderr in any case
  --markdown      the table as docs/lab.md has it

Exit code: 0 every case is as expected, 1 one is not or could not be measured
(a guest that is lost takes only its own cases with it), 2 wrong usage,
130 stopped by Ctrl-C.

Cases:
${CASE_NAMES.map((name) => `  ${name}`).join('\n')}

Example: npm run --silent lab -- --json --only host-ignores-discard backing-file
`;

interface Call {
  readonly cases: readonly LabCase[];
  readonly format: 'json' | 'markdown' | 'table';
}

async function main(): Promise<number> {
  const call = parseCall();
  if (typeof call === 'number') return call;
  const { say } = createNarrator(process.stderr);
  return runToExit({ name: 'lab', say, work: (surroundings) => measure({ ...surroundings, call, say }) });
}

async function measure(parts: Surroundings & { call: Call; say: (line: string) => void }): Promise<number> {
  const { call, cleanUp, signal, say } = parts;
  await ensurePackages({ packages: [...GUEST_PACKAGES, ...STORAGE_PACKAGES], say });
  const report = await runLab({ cases: call.cases, guestsAtOnce: 2, cleanUp, signal, say });
  signal.throwIfAborted();
  if (call.format === 'json')
    for (const row of report.rows)
      process.stdout.write(`${JSON.stringify({ ...row, asExpected: findWrong(row).length === 0 })}\n`);
  else process.stdout.write((call.format === 'markdown' ? formatMarkdown : formatTable)(report));
  const wrong = report.rows.filter((row) => findWrong(row).length > 0);
  say(`${report.rows.length} cases, ${wrong.length} of them not as expected`);
  for (const row of wrong) say(`${row.case}: ${findWrong(row).join('; ')}`);
  return wrong.length === 0 ? 0 : 1;
}

function parseCall(): Call | number {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const options = { json: flag, markdown: flag, only: flag, help: flag };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (values.json && values.markdown) throw new Error('--json and --markdown exclude each other');
    if (values.only !== positionals.length > 0) throw new Error('--only takes names of cases, and nothing else does');
    const unknown = positionals.filter((name) => !CASE_NAMES.includes(name));
    if (unknown.length > 0) throw new Error(`there is no case ${unknown.join(', ')}`);
    return {
      cases: values.only ? LAB_CASES.filter(({ name }) => positionals.includes(name)) : LAB_CASES,
      format: values.json ? 'json' : values.markdown ? 'markdown' : 'table',
    };
  } catch (error) {
    process.stderr.write(`lab: ${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
}

process.exit(await main());
