import { createHash } from 'node:crypto';
import type { DiscardNode } from '../../model/domain.ts';
import type { AskVirsh } from '../../ports/virsh.ts';
import { cutOut } from './cut-out.ts';
import { type ParsedDomain, parseDomain } from './parse-domain.ts';
import { readUuids } from './read-uuids.ts';

/**
 * What the disks of a guest do with discards at its next start, by image; a disk that its persistent configuration does
 * not have is not there.
 */
export type NextStart = ReadonlyMap<string, DiscardNode['discard']>;

/**
 * The persistent configuration of those guests that run with a disk that drops discards: a fix of it is printed only
 * where there is something to fix. It is not parsed again while it has not changed. A transient domain has none.
 */
export function createNextStarts(uri: string) {
  const known = new Map<string, { readonly hash: string; readonly next: NextStart | null }>();

  async function readOne(ask: AskVirsh, { domain }: ParsedDomain): Promise<NextStart | null> {
    const xml = cutOut((await ask(`dumpxml --inactive ${domain.uuid}`)) ?? '');
    if (xml === null) return null;
    const hash = createHash('sha256').update(xml).digest('base64');
    const before = known.get(domain.key);
    if (before?.hash === hash) return before.next;
    const next = parse(xml);
    known.set(domain.key, { hash, next });
    return next;
  }

  /** Null for what is no domain: then nothing is said of its next start. */
  function parse(text: string): NextStart | null {
    try {
      return new Map(
        parseDomain({ text, uri }).disks.map(({ disk: { image, nodes } }) => [
          image,
          nodes.every(({ discard }) => discard === 'unmap') ? 'unmap' : 'ignore',
        ]),
      );
    } catch {
      return null;
    }
  }

  return {
    /** By the key of the domain. */
    async read(ask: AskVirsh, domains: readonly ParsedDomain[]): Promise<ReadonlyMap<string, NextStart>> {
      const wanted = domains.filter(dropsDiscardsNow);
      const keys = new Set(wanted.map(({ domain }) => domain.key));
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
      if (wanted.length === 0) return new Map();
      const transient = new Set(readUuids(await ask('list --transient --uuid')));
      const found = await Promise.all(
        wanted.map(async (one) => {
          const isTransient = transient.has(one.domain.uuid ?? '');
          return [one.domain.key, isTransient ? new Map() : await readOne(ask, one)] as const;
        }),
      );
      return new Map(found.flatMap(([key, next]) => (next === null ? [] : [[key, next] as const])));
    },
  };
}

/** It runs, and a disk of it drops discards. */
function dropsDiscardsNow({ domain, disks }: ParsedDomain): boolean {
  return domain.monitors.length > 0 && disks.some(({ disk }) => disk.nodes.some(({ discard }) => discard === 'ignore'));
}
