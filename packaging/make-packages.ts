import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sizeOnDisk } from './formats/stage.ts';
import { readRelease } from './inputs/release.ts';
import { type Product, WRITERS } from './products.ts';

export interface Made {
  readonly file: string;
  readonly bytes: number;
  /** What lies on a disk once it is installed. */
  readonly installedBytes: number;
  readonly sha256: string;
}

/** Makes these packages in `folder`, one after the other: each takes all processors for its compression. */
export async function makePackages({
  products,
  folder,
  isQuick,
  say,
  signal,
}: {
  readonly products: readonly Product[];
  readonly folder: string;
  readonly isQuick: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<readonly Made[]> {
  await mkdir(folder, { recursive: true });
  const { epoch } = readRelease();
  const made: Made[] = [];
  for (const product of products) {
    signal.throwIfAborted();
    say(product.id);
    const work = await mkdtemp(join(tmpdir(), 'trimtab-package-'));
    try {
      const pack = await product.describe(say);
      const path = await WRITERS[product.format]({ pack, folder, work, epoch, isQuick });
      made.push({
        file: basename(path),
        bytes: (await stat(path)).size,
        installedBytes: sizeOnDisk(pack.tree),
        sha256: await hashFile(path),
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return made;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
