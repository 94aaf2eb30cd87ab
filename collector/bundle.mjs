// Everything the collector needs in one folder, for packages: a host gets this and a Node, and no node_modules.
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
// @peculiar/x509, which is asked for its names below, wants it first.
import 'reflect-metadata';
import { build } from 'esbuild';
import { writeLicenses } from '../agent/licenses.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, 'dist/bundled');

/** Packages in CommonJS call require, which an ES module does not have. */
const BANNER = `import { createRequire as createBundleRequire } from 'node:module';
const require = createBundleRequire(import.meta.url);
const __dirname = import.meta.dirname;
const __filename = import.meta.filename;`;

/**
 * A package in CommonJS that is imported late has its names only in `default` once it is a part of its own. Each late
 * package gets the names that Node finds in it.
 */
const late = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@\w]/ }, ({ path, kind, resolveDir }) =>
      kind === 'dynamic-import' && !path.startsWith('node:')
        ? { path, namespace: 'late', pluginData: { resolveDir } }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, async ({ path, pluginData: { resolveDir } }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'module.exports');
      const contents = names.length === 0 ? `import '${path}';` : `export { ${names.join(', ')} } from '${path}';`;
      return { contents, resolveDir };
    });
  },
};

// Parts of before, whose names tell what is in them, would stay.
await rm(folder, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: here,
  // The thread is started by its file, which is to lie beside whoever starts it (src/io/status-thread.ts).
  entryPoints: ['bin/trimtab.mjs', { in: 'dist/io/status-thread-work.js', out: 'status-thread-work' }],
  outdir: folder,
  entryNames: '[name]',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // What a command imports late stays apart: `trimtab status` needs neither a database nor a mailer.
  splitting: true,
  // Names are kept: a stack in the journal is to be read by people.
  minifyWhitespace: true,
  minifySyntax: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // All of them optional: native speed for ws, msgpackr and pg, which do without.
  external: ['bufferutil', 'utf-8-validate', 'msgpackr-extract', 'pg-native'],
  plugins: [late],
  banner: { js: BANNER },
  // In a file of their own: dist/THIRD-PARTY-LICENSES.
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
});
await writeLicenses({
  metafiles: [metafile],
  workingFolder: here,
  file: join(here, 'dist/THIRD-PARTY-LICENSES'),
  name: 'trimtab',
});
