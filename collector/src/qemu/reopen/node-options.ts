import { parseKeyValues } from '../command-line/key-values.ts';
import { toTyped } from './typed-values.ts';

/** A node as `-blockdev` or `blockdev-reopen` take it (qapi/block-core.json, BlockdevOptions). */
export type NodeOptions = Readonly<Record<string, unknown>>;

/**
 * The options of one `-blockdev`, as QMP wants them: what is JSON has its types already, what is `key=value` is text
 * and gets them here. Throws SyntaxError for broken JSON, and for a key whose type is not known.
 */
export function readNodeOptions(text: string): NodeOptions {
  if (text.startsWith('{')) return JSON.parse(text) as NodeOptions;
  const options: Tree = {};
  for (const [key, value] of parseKeyValues({ text, impliedKey: 'driver' }))
    put({ tree: options, path: key.split('.'), key, value });
  return options;
}

interface Tree {
  [key: string]: unknown;
}

/** `cache.direct=on` is `{"cache": {"direct": true}}`. */
function put({ tree, path, key, value }: { tree: Tree; path: readonly string[]; key: string; value: string }): void {
  const [name = '', ...below] = path;
  if (below.length === 0) {
    tree[name] = toTyped({ key, text: value });
    return;
  }
  const under = tree[name] ?? {};
  // `backing=a,backing.driver=raw`: QEMU refuses it too.
  if (!isOptions(under)) throw new SyntaxError(`'${name}' is both a value and options`);
  tree[name] = under;
  put({ tree: under as Tree, path: below, key, value });
}

export function isOptions(value: unknown): value is NodeOptions {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
