import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createKernelFiles } from '../../../agent/src/io/kernel-files.ts';
import type { KernelFiles, Space } from '../../../agent/src/ports/kernel-files.ts';

/** One guest's /proc, /sys and /etc, as far as the probe reads them, in one file. */
export interface KernelTree {
  /** Where the tree comes from: the machine it was captured on, or the formats it was written from. */
  readonly origin: string;
  /** Text by path; several lines as an array. Each ends with a newline, as the kernel writes it. */
  readonly files: Readonly<Record<string, string | readonly string[]>>;
  /** Binary attributes, as hexadecimal. */
  readonly binaries: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
  /** statfs of each mount, in bytes: not a file, so it cannot be laid out as one. Older captures have no block size. */
  readonly space: Readonly<Record<string, Omit<Space, 'blockBytes'> & Partial<Space>>>;
}

export const TREES_FOLDER = join(import.meta.dirname, '../../fixtures/kernel');

export async function readTree(name: string): Promise<KernelTree> {
  return JSON.parse(await readFile(join(TREES_FOLDER, `${name}.tree.json`), 'utf8')) as KernelTree;
}

export interface LaidOutTree {
  readonly files: KernelFiles;
  readonly root: string;
  remove(): Promise<void>;
}

/** Writes a tree into a folder of its own, real files and real links, and opens it as the agent opens `/`. */
export async function layOutTree(tree: KernelTree): Promise<LaidOutTree> {
  const root = await mkdtemp(join(tmpdir(), 'trimtab-kernel-'));
  for (const [path, target] of Object.entries(tree.links)) {
    const place = join(root, path);
    await mkdir(dirname(place), { recursive: true });
    await mkdir(target.startsWith('/') ? join(root, target) : join(dirname(place), target), { recursive: true });
    await symlink(target, place);
  }
  for (const [path, text] of Object.entries(tree.files)) {
    await put(join(root, path), `${typeof text === 'string' ? text : text.join('\n')}\n`);
  }
  for (const [path, hex] of Object.entries(tree.binaries)) await put(join(root, path), Buffer.from(hex, 'hex'));

  const files = { ...createKernelFiles(root), space: async (mount: string) => spaceOf(tree, mount) };
  return { files, root, remove: () => rm(root, { recursive: true, force: true }) };
}

function spaceOf({ space }: KernelTree, mount: string): Space | null {
  const found = space[mount];
  return found === undefined ? null : { blockBytes: null, ...found };
}

async function put(place: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, content);
}
