import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import type { HostFiles } from '../../../collector/src/ports/host-files.ts';

export interface HostTree {
  readonly files: HostFiles;
  write(file: { readonly path: string; readonly text: string }): void;
  /** A symbolic link; an absolute target leads into the tree. */
  link(link: { readonly path: string; readonly target: string }): void;
  /** Every entry with what a change of it would change. */
  state(): readonly string[];
  remove(): void;
}

/** A host of real files in a folder of its own: its /proc, /sys and images. */
export function createHostTree(): HostTree {
  const root = mkdtempSync(join(tmpdir(), 'trimtab-host-'));
  const place = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  return {
    files: createHostFiles({ root }),
    write: ({ path, text }) => writeFileSync(place(path), text),
    link: ({ path, target }) => symlinkSync(target.startsWith('/') ? join(root, target) : target, place(path)),
    state: () =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .sort()
        .map((name) => {
          const { size, mtimeMs, ctimeMs, mode } = lstatSync(join(root, name));
          return [name, size, mtimeMs, ctimeMs, mode].join(' ');
        }),
    remove: () => rmSync(root, { recursive: true }),
  };
}
