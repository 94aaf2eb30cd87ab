import { dirname, resolve } from 'node:path/posix';
import type { HostFiles } from '../ports/host-files.ts';

/** As many links as the kernel follows (path_resolution(7)). */
export const MOST_LINKS = 40;

/** The path with every symbolic link followed; unchanged where there is none. */
export async function resolveLinks({ files, path }: { files: HostFiles; path: string }): Promise<string> {
  let left = path.split('/').filter((part) => part !== '');
  let done = '';
  for (let links = 0; left.length > 0 && links <= MOST_LINKS; ) {
    const next = `${done}/${left[0]}`;
    left = left.slice(1);
    const target = await files.readLink(next);
    if (target === null) {
      done = next;
      continue;
    }
    links += 1;
    left = [
      ...resolve(dirname(next), target)
        .split('/')
        .filter((part) => part !== ''),
      ...left,
    ];
    done = '';
  }
  return [done, ...left].join('/');
}
