import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../../support/machine/command.ts';

const root = join(import.meta.dirname, '../../..');
const RULES = join(root, 'docs/monitoring/alert-rules.yml');

// Prometheus' own promtool, over the days of four hosts.
it('the rules for Prometheus tell of each host by itself, and nothing of the days before it was watched', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-rules-'));
  const cases = await readFile(join(root, 'test/fixtures/prometheus/alert-rules.test.yml'), 'utf8');
  const file = join(folder, 'cases.yml');
  await writeFile(file, cases.replace('[RULES]', JSON.stringify([RULES])));
  const said = await runCommand('promtool', ['test', 'rules', file]).finally(() => rm(folder, { recursive: true }));
  expect(said).toContain('SUCCESS');
});
