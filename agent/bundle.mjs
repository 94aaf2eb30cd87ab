// Everything the agent needs in one file: a guest has Node and this, and no node_modules.
import { chmod, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build as esbuild } from 'esbuild';
import { writeLicenses } from './licenses.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/**
 * Runs before all else, and on the Node that is too old: so the bundle's own syntax must be one that Node parses
 * (`target`).
 */
const CHECK_NODE = `#!/usr/bin/env node
(function () {
  var v = process.versions.node.split('.').map(Number);
  if (v[0] > 22 || (v[0] === 22 && v[1] >= 18)) return;
  process.stderr.write('trimtab-agent: Node ' + process.versions.node + ' is too old: it needs 22.18 or newer; https://nodejs.org/en/download has it.\\n');
  process.exit(1);
})();`;

const COMMON = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node12.22',
  conditions: ['source'],
  // In a file of their own: dist/THIRD-PARTY-LICENSES.
  legalComments: 'none',
  logLevel: 'warning',
};

/** What went into each part of the bundle, as esbuild lists it. */
const metafiles = [];

async function build(options) {
  const built = await esbuild({ ...COMMON, ...options, metafile: true });
  metafiles.push(built.metafile);
  return built;
}

/** Built into Node, needed for a proxy, for TLS and for compression only: loaded when first touched. */
const LAZY = ['https', 'tls', 'zlib'];

const twoFacts = {
  name: 'two-facts',
  setup({ onResolve, onLoad }) {
    // Two of its thirty modules are asked.
    onResolve({ filter: /^systeminformation$/ }, ({ path }) => ({ path, namespace: 'two-facts' }));
    onLoad({ filter: /.*/, namespace: 'two-facts' }, () => ({
      contents: "module.exports = { ...require('./osinfo.js'), ...require('./system.js') };",
      resolveDir: dirname(require.resolve('systeminformation')),
    }));
  },
};

/** An expression that gives `text` again. An idle agent, which never asks for it, holds a quarter of its length. */
function unpacking(text) {
  const packed = brotliCompressSync(text).toString('base64');
  return `require('node:zlib').brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString()`;
}

/**
 * systeminformation runs only in the short-lived process of `facts`. Packed, it is neither parsed nor kept in memory by
 * the agent: with all of its modules that was 13 ms and 2 MB.
 */
const packedFacts = {
  name: 'packed-facts',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/io\/system-facts\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({
        entryPoints: [path],
        write: false,
        plugins: [twoFacts],
      });
      return {
        contents: `
          const { compileFunction } = require('node:vm');
          const code = ${unpacking(outputFiles[0].text)};
          const unpacked = { exports: {} };
          compileFunction(code, ['module', 'exports', 'require'])(unpacked, unpacked.exports, require);
          export const { readSystemFacts } = unpacked.exports;`,
        loader: 'js',
      };
    });
  },
};

/** Small substitutes for parts of Node that load much more than is used here; each says what it saves. */
const LEAN = { crypto: 'crypto.mjs', http: 'http.mjs', 'fs/promises': 'fs-promises.mjs' };

const leaner = {
  name: 'leaner',
  setup({ onResolve, onLoad }) {
    // The client alone, without ws's server; the codec alone, without streams and the native addition.
    onResolve({ filter: /^ws$/ }, () => ({ path: join(dirname(require.resolve('ws')), 'lib/websocket.js') }));
    onResolve({ filter: /^msgpackr$/ }, () => ({ path: join(dirname(require.resolve('msgpackr')), '../index.js') }));
    // Its ES module asks for import.meta.url, which a CommonJS bundle does not have.
    onResolve({ filter: /^node-cron$/ }, () => ({ path: require.resolve('node-cron') }));
    onResolve({ filter: /^(bufferutil|utf-8-validate|msgpackr-extract)$/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^(node:)?(crypto|http|fs\/promises)$/ }, ({ path, importer }) =>
      importer.includes('/systeminformation/')
        ? undefined
        : { path: join(here, 'lean', LEAN[path.replace('node:', '')]) },
    );
    onResolve({ filter: new RegExp(`^(${LAZY.join('|')})$`) }, ({ path, importer }) =>
      importer.includes('/ws/lib/') ? { path, namespace: 'lazy' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get: (_, key) => require('node:${path}')[key] });`,
    }));
  },
};

/**
 * Compiled each for itself, when first imported. V8 parses a script with memory in proportion to its length, and glibc
 * keeps what was once taken: with all of the bundle in one script 1.9 MB for as long as the agent runs, with these
 * apart 0.7 MB.
 */
const PARTS = ['ws', 'node-cron', 'smol-toml', '@trimtab/protocol/causes'];

/** A file of our own that is apart as well: what it finds is asked for by doctor, before a trim, and in `probe`. */
const OWN_PART = /\/compose-unreached\.ts$/;

/** The parts that an agent without anything to do does not load. */
const isIdle = (path) => path === '@trimtab/protocol/causes' || OWN_PART.test(path);

/** Of the wire that part needs the limits alone: the schemas, and what checks by them, are in the agent already. */
const limitsOnly = {
  name: 'limits-only',
  setup({ onResolve }) {
    onResolve({ filter: /^@trimtab\/protocol$/ }, () => ({ path: join(here, '../protocol/src/wire/limits.ts') }));
  },
};

const parts = {
  name: 'parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@\w]/ }, ({ path, resolveDir }) =>
      PARTS.includes(path) ? { path, namespace: 'part', pluginData: { resolveDir } } : undefined,
    );
    onResolve({ filter: OWN_PART }, ({ path, kind, resolveDir }) =>
      kind === 'dynamic-import'
        ? { path: join(resolveDir, path), namespace: 'part', pluginData: { resolveDir } }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'part' }, async ({ path, pluginData: { resolveDir } }) => {
      const { outputFiles } = await build({
        stdin: { contents: `module.exports = require('${path}');`, resolveDir },
        write: false,
        plugins: OWN_PART.test(path) ? [limitsOnly, leaner] : [leaner],
      });
      const [{ text }] = outputFiles;
      return {
        contents: `
          const { compileFunction } = require('node:vm');
          const part = { exports: {} };
          const code = ${isIdle(path) ? unpacking(text) : JSON.stringify(text)};
          const names = ['module', 'exports', 'require', '__filename'];
          compileFunction(code, names, { filename: '${path}' })(part, part.exports, require, __filename);
          module.exports = part.exports;`,
        loader: 'js',
      };
    });
  },
};

const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/trimtab-agent.cjs',
  banner: { js: CHECK_NODE },
  plugins: [parts, leaner, packedFacts],
});
await chmod(join(here, 'dist/trimtab-agent.cjs'), 0o755);
await writeLicenses({
  metafiles,
  workingFolder: here,
  file: join(here, 'dist/THIRD-PARTY-LICENSES'),
  name: 'trimtab-agent.cjs',
});

const LIMIT_BYTES = 600 * 1024;
const bytes = metafile.outputs['dist/trimtab-agent.cjs'].bytes;
if (bytes > LIMIT_BYTES) throw new Error(`the bundle has ${bytes} bytes, over its limit of ${LIMIT_BYTES}`);

/**
 * V8 keeps a script with one such character in two bytes each, all of it: 0.3 MB more for as long as the agent runs.
 */
const wide = /.{0,20}[^\0-\x7f].{0,20}/.exec(await readFile(join(here, 'dist/trimtab-agent.cjs'), 'utf8'));
if (wide !== null) throw new Error(`the bundle is not plain ASCII, so it would take twice the memory: ${wide[0]}`);
