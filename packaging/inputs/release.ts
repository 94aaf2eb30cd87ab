import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

export interface Release {
  readonly version: string;
  /** Seconds since 1970, of its day in the changelog: every date in a package is this one, whoever makes it when. */
  readonly epoch: number;
  /** CHANGELOG.md, whole. */
  readonly changelog: string;
}

/** What is packed: the version of package.json, and the day that CHANGELOG.md gives it. */
export function readRelease(): Release {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  const day = /^## \[(\S+)\] - (\d{4}-\d\d-\d\d)$/gm;
  const found = [...changelog.matchAll(day)].find(([, named]) => named === version)?.[2];
  if (found === undefined) throw new Error(`CHANGELOG.md has no heading of ${version} with its day`);
  return { version, epoch: Date.parse(`${found}T00:00:00Z`) / 1000, changelog };
}
