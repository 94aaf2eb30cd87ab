import type { HostFiles } from '../ports/host-files.ts';
import type { Mount } from './mounts.ts';

/** Nothing real is stacked higher. */
export const MOST_LAYERS = 32;

const BLOCK = '/sys/class/block';

/**
 * The thin storage that a filesystem of this host lies on itself, as people call it; null where it lies on none, as far
 * as /sys tells, or gives its blocks back by itself. A filesystem without a device number of its own (btrfs) is not
 * looked at.
 */
export async function findThinBelow({
  files,
  mount: { device, options },
}: {
  files: HostFiles;
  mount: Pick<Mount, 'device' | 'options'>;
}): Promise<string | null> {
  if (options.includes('discard')) return null;
  const top = lastName(await files.readLink(`/sys/dev/block/${device}`));
  const names = new Set(top === null ? [] : [top]);
  // A loop over a set goes on to what is added meanwhile.
  for (const name of names) {
    const thin = await describeThin({ files, name });
    if (thin !== null) return thin;
    const below = [...(await files.list(`${BLOCK}/${name}/slaves`)), ...(await diskOf({ files, name }))];
    for (const each of below) if (names.size < MOST_LAYERS) names.add(each);
  }
  return null;
}

async function describeThin({ files, name }: { files: HostFiles; name: string }): Promise<string | null> {
  if (/^zd\d/.test(name)) return `a zvol (${name})`;
  if (/^rbd\d/.test(name)) return `an image of Ceph (${name})`;
  const uuid = (await files.readText(`${BLOCK}/${name}/dm/uuid`)) ?? '';
  // lvm2's lib/activate/dev_manager.c gives the pool of a thin volume this end of a dm UUID.
  if (!/^LVM-.*-tpool\s*$/.test(uuid)) return null;
  const label = (await files.readText(`${BLOCK}/${name}/dm/name`))?.trim() ?? name;
  return `the thin pool ${label.replace(/-tpool$/, '')}`;
}

/** A partition's folder lies in that of its disk. */
async function diskOf({ files, name }: { files: HostFiles; name: string }): Promise<readonly string[]> {
  if ((await files.readText(`${BLOCK}/${name}/partition`)) === null) return [];
  const disk = (await files.readLink(`${BLOCK}/${name}`))?.split('/').at(-2);
  return disk === undefined || disk === '' ? [] : [disk];
}

function lastName(path: string | null): string | null {
  return path?.split('/').at(-1) || null;
}
