import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

export interface Product {
  /** What it is: the first part of its name in the cache. */
  readonly name: string;
  /** Everything the product depends on; equal inputs mean the product is never built again. */
  readonly inputs: unknown;
  /** Builds it at `path`, which does not exist yet: a file or a directory. */
  readonly build: (path: string) => Promise<void>;
}

/** The product's path in the cache, built there first if need be. Safe against a second builder and against a crash. */
export async function cachedProduct({ name, inputs, build }: Product): Promise<string> {
  const directory = cacheDirectory();
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
  const path = join(directory, `${name}-${key}`);
  if (existsSync(path)) return path;

  await mkdir(directory, { recursive: true });
  const release = await lock(`${path}.lock`);
  const temporary = `${path}.${randomUUID().slice(0, 8)}.partial`;
  try {
    if (existsSync(path)) return path;
    await removePartials(path);
    await build(temporary);
    await rename(temporary, path);
    return path;
  } finally {
    await rm(temporary, { recursive: true, force: true });
    release();
  }
}

/** What a builder left that was ended in the middle; nobody else builds it, for we hold the lock. */
async function removePartials(path: string): Promise<void> {
  for (const name of await readdir(dirname(path)))
    if (name.startsWith(`${basename(path)}.`) && name.endsWith('.partial'))
      await rm(join(dirname(path), name), { recursive: true, force: true });
}

/** `$TRIMTAB_CACHE`, or `trimtab` in the user's cache directory. */
export function cacheDirectory(): string {
  const { TRIMTAB_CACHE, XDG_CACHE_HOME } = process.env;
  if (TRIMTAB_CACHE) return TRIMTAB_CACHE;
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'trimtab');
}

/**
 * Node has no flock(2), so util-linux's flock holds it, for as long as its stdin stays open: until release(), or until
 * this process is gone in whatever way.
 */
function lock(path: string): Promise<() => void> {
  const holder = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    holder.once('error', (cause) => reject(new Error(`Cannot run flock for ${path}`, { cause })));
    holder.once('exit', (code) => reject(new Error(`Cannot lock ${path}: flock ended with ${code}`)));
    holder.stdout.once('data', () => resolve(() => holder.stdin.end()));
  });
}
