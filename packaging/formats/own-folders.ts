import { dirname } from 'node:path';
import type { Tree } from '../model/tree.ts';

/**
 * The folders that only packages of ours fill, from the top: by their names. rpm takes away what a package says is its
 * own, and no other folder.
 */
export function ownFolders(tree: Tree): readonly string[] {
  const folders = new Set<string>();
  for (const { path } of tree)
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder))
      if (/\/trimtab[^/]*(?:\/|$)/.test(folder)) folders.add(folder);
  return [...folders].sort();
}
