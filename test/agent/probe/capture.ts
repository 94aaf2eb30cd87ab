import { lstat, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createKernelFiles } from '../../../agent/src/io/kernel-files.ts';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import type { KernelFiles, Space } from '../../../agent/src/ports/kernel-files.ts';
import { readLayerCounters } from '../../../agent/src/probe/counters.ts';
import { readGuestIdentity } from '../../../agent/src/probe/identity.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import type { KernelTree } from './kernel-tree.ts';

/**
 * Captures what the probe reads on this machine, and nothing else, as a fixture. As root, for the product UUID:
 *
 *     node --conditions=source test/agent/probe/capture.ts 'origin of the tree' > test/fixtures/kernel/NAME.tree.json
 */
export async function captureTree({ origin }: { readonly origin: string }): Promise<KernelTree> {
  const files: Record<string, string | string[]> = {};
  const binaries: Record<string, string> = {};
  const links: Record<string, string> = {};
  const space: Record<string, Space> = {};
  const real = createKernelFiles('/');

  const keepLinks = async (path: string): Promise<string> => keepLinksOf({ path, links });
  const recording: KernelFiles = {
    readText: async (path) => {
      const text = await real.readText(path);
      if (text !== null) files[await keepLinks(path)] = toLines(text);
      return text;
    },
    readBytes: async (path) => {
      const bytes = await real.readBytes(path);
      if (bytes !== null) binaries[await keepLinks(path)] = Buffer.from(bytes).toString('hex');
      return bytes;
    },
    list: async (path) => {
      const names = await real.list(path);
      for (const name of names) await keepLinks(join(path, name));
      return names;
    },
    resolve: async (path) => {
      const resolved = await real.resolve(path);
      if (resolved !== null) await keepLinks(path);
      return resolved;
    },
    space: async (mount) => {
      const measured = await real.space(mount);
      if (measured !== null) space[mount] = measured;
      return measured;
    },
  };
  const { layers } = await takeInventory({
    files: recording,
    mapper: NO_DEVICE_MAPPER,
    now: 0,
    facts: null,
    hasFstrim: null,
  });
  await readLayerCounters({ files: recording, names: layers.map(({ name }) => name) });
  await readGuestIdentity({ files: recording });
  return { origin, files: sorted(files), binaries: sorted(binaries), links: sorted(links), space: sorted(space) };
}

/** Notes every link on the way and gives the path without links. */
async function keepLinksOf({ path, links }: { path: string; links: Record<string, string> }): Promise<string> {
  const pending = path.split('/').reverse();
  let place = '/';
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === '' || part === '.') continue;
    const next = join(place, part);
    // /proc/self names the capturing process; in the tree it is a folder like any other.
    const isLink = next !== '/proc/self' && (await lstat(next)).isSymbolicLink();
    if (!isLink) {
      place = next;
      continue;
    }
    const target = await readlink(next);
    links[next] = target;
    if (target.startsWith('/')) place = '/';
    else place = dirname(next);
    pending.push(...target.split('/').reverse());
  }
  return place;
}

function toLines(text: string): string | string[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.length === 1 ? (lines[0] ?? '') : lines;
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (import.meta.main) {
  const [origin = 'unknown'] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await captureTree({ origin }), null, 1)}\n`);
}
