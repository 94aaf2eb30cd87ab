import type { HostFiles } from '../ports/host-files.ts';
import { readMounts } from './mounts.ts';

/**
 * What is mounted at each of these places, by the name of the place: differs as soon as another filesystem is, in this
 * boot. Of none it is empty: what lies below the place then answers in its stead. Of a thin pool it is so always.
 */
export async function readMountedAt({
  files,
  places,
}: {
  files: Pick<HostFiles, 'readText'>;
  places: readonly string[];
}): Promise<ReadonlyMap<string, string>> {
  // Of two mounts at one place the later hides the earlier.
  const mounted = new Map((await readMounts(files)).map((mount) => [mount.mountPoint, mount]));
  return new Map(
    places.map((place) => {
      const { device = '', source = '' } = mounted.get(place) ?? {};
      return [place, `${device} ${source}`.trim()];
    }),
  );
}
