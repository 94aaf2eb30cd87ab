import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import type { HostFiles } from '../../../collector/src/ports/host-files.ts';

export interface HostTree {
  readonly files: HostFiles;
  /** Where it lies. */
  readonly root: string;
  write(file: { readonly path: string; readonly text: string }): void;
  /** A symbolic link; an absolute target leads into the tree. */
  link(link: { readonly path: string; readonly target: string }): void;
  /** A process of root, or of another user; `program` is the file that it runs, by default the one it says. */
  start(process: {
    readonly pid: number;
    readonly argv: readonly string[];
    readonly userId?: number;
    readonly program?: string;
  }): void;
  /** With all that is below it; nothing where it is not there. */
  drop(path: string): void;
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
  const write = ({ path, text }: { readonly path: string; readonly text: string }) => writeFileSync(place(path), text);
  const link = ({ path, target }: { readonly path: string; readonly target: string }) =>
    symlinkSync(target.startsWith('/') ? join(root, target) : target, place(path));
  return {
    files: createHostFiles({ root }),
    root,
    write,
    link,
    start({ pid, argv, userId = 0, program = `/usr/bin/${basename(argv[0] ?? '')}` }) {
      write({ path: `/proc/${pid}/cmdline`, text: `${argv.join('\0')}\0` });
      write({ path: `/proc/${pid}/status`, text: `Name:\tx\nUid:${`\t${userId}`.repeat(4)}\nGid:\t0\t0\t0\t0\n` });
      rmSync(join(root, `/proc/${pid}/exe`), { force: true });
      link({ path: `/proc/${pid}/exe`, target: program });
    },
    drop: (path) => rmSync(join(root, path), { recursive: true, force: true }),
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
