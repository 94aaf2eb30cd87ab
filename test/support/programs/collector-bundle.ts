import { join } from 'node:path';
import { build } from 'esbuild';
import type { GuestOptions } from '../guest/guest-options.ts';

const SOURCE = join(import.meta.dirname, '../../../collector/src/main.ts');
const FAST_SOURCE = join(import.meta.dirname, 'fast-collector.ts');
const IN_GUEST = '/usr/lib/trimtab/trimtab.mjs';
const FAST_IN_GUEST = '/usr/lib/trimtab/fast-collector.mjs';

/** Packages in CommonJS call require, which an ES module does not have. */
const BANNER = `import { createRequire as createBundleRequire } from 'node:module';
const require = createBundleRequire(import.meta.url);
const __dirname = import.meta.dirname;
const __filename = import.meta.filename;`;

/** As a guest that plays the host calls it. */
export const GUEST_COLLECTOR = `node ${IN_GUEST}`;
/** The same whose calendar goes faster (fast-collector.ts); only `serve`. */
export const FAST_GUEST_COLLECTOR = `node ${FAST_IN_GUEST}`;

/**
 * The whole collector in one file, for `files` of a guest that plays the host: a guest has Node and no node_modules.
 * For tests only; what is installed is not bundled.
 */
export async function collectorFiles(): Promise<NonNullable<GuestOptions['files']>> {
  return { [IN_GUEST]: { text: await bundle(SOURCE) } };
}

export async function fastCollectorFiles(): Promise<NonNullable<GuestOptions['files']>> {
  return { [FAST_IN_GUEST]: { text: await bundle(FAST_SOURCE) } };
}

async function bundle(source: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['source'],
    external: ['bufferutil', 'utf-8-validate', 'msgpackr-extract'],
    banner: { js: BANNER },
    logLevel: 'silent',
  });
  const [made] = outputFiles;
  if (made === undefined) throw new Error(`esbuild made no file of ${source}`);
  return made.text;
}
