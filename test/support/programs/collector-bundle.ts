import { join } from 'node:path';
import { build } from 'esbuild';
import type { GuestOptions } from '../guest/guest-options.ts';

const SOURCE = join(import.meta.dirname, '../../../collector/src/main.ts');
const IN_GUEST = '/usr/lib/trimtab/trimtab.mjs';

/** Packages in CommonJS call require, which an ES module does not have. */
const BANNER = `import { createRequire as createBundleRequire } from 'node:module';
const require = createBundleRequire(import.meta.url);
const __dirname = import.meta.dirname;
const __filename = import.meta.filename;`;

/** As a guest that plays the host calls it. */
export const GUEST_COLLECTOR = `node ${IN_GUEST}`;

/**
 * The whole collector in one file, for `files` of a guest that plays the host: a guest has Node and no node_modules.
 * For tests only; what is installed is not bundled.
 */
export async function collectorFiles(): Promise<NonNullable<GuestOptions['files']>> {
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
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
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error('esbuild made no file of the collector');
  return { [IN_GUEST]: { text: bundle.text } };
}
