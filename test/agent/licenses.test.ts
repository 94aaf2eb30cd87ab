import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const AGENT = join(ROOT, 'agent');

/** The packages of which a plain bundle of the agent holds something, without any of our own plugins. */
async function listBundled(): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: AGENT,
    entryPoints: ['src/main.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    conditions: ['source'],
    external: ['bufferutil', 'utf-8-validate', 'msgpackr-extract'],
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs).flatMap(
    (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
  );
  return [...new Set(inputs)].sort();
}

it('the licence of every package in the agent’s bundle lies beside it, as its author wrote it', async () => {
  const licenses = await readFile(join(AGENT, 'dist/THIRD-PARTY-LICENSES'), 'utf8');
  const bundled = await listBundled();
  expect(bundled).toContain('ws');
  expect([...licenses.matchAll(/^-{80}\n\n(\S+) /gm)].map(([, name]) => name)).toEqual(bundled);
  for (const name of bundled) {
    const own = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
    const { version } = JSON.parse(own) as { version: string };
    expect(licenses).toContain(`${name} ${version} (`);
    const texts = ['LICENSE', 'LICENSE.md'].map((file) =>
      readFile(join(ROOT, 'node_modules', name, file), 'utf8').catch(() => null),
    );
    const text = (await Promise.all(texts)).find((found) => found !== null);
    expect(text).toMatch(/copyright/i);
    expect(licenses).toContain(text?.trim());
  }
});

it('a package without its licence is not bundled', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-licenses-'));
  const { writeLicenses } = await import(join(AGENT, 'licenses.mjs'));
  const inputs = { 'node_modules/@scope/bare/index.js': {} };
  const own = join(folder, 'node_modules/@scope/bare');
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'package.json'), '{"name":"@scope/bare","version":"1.0.0","license":"MIT"}');
  const written = writeLicenses({
    metafiles: [{ inputs }],
    workingFolder: folder,
    file: join(folder, 'out'),
    name: 'it',
  });
  await expect(written).rejects.toThrow('@scope/bare 1.0.0 has no file with its licence');
  await rm(folder, { recursive: true });
});
