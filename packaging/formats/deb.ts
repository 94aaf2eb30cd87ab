import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../test/support/machine/command.ts';
import type { Package } from '../model/package.ts';
import type { FileEntry, Tree } from '../model/tree.ts';
import { wrapWords } from '../texts/wrap-words.ts';
import { MAINTAINER } from './maintainer.ts';
import { sizeOnDisk, stage } from './stage.ts';
import type { Write } from './write.ts';

/** Of the packaging, not of the program: deb-version(7). */
const REVISION = 1;

export function debVersion(version: string): string {
  return `${version}-${REVISION}`;
}

/** With dpkg-deb. What it makes depends on the tree and `epoch` alone. */
export const writeDeb: Write = async ({ pack, folder, work, epoch, isQuick }) => {
  const root = join(work, 'root');
  await mkdir(join(root, 'DEBIAN'), { recursive: true });
  await stage({ tree: pack.tree, folder: root, epoch });
  const files = pack.tree.filter((entry) => entry.kind === 'file');
  const control: Readonly<Record<string, string>> = {
    control: formatControl(pack, Math.ceil(sizeOnDisk(pack.tree) / 1024)),
    md5sums: await formatSums({ files, root }),
    conffiles: formatConffiles(pack.tree),
  };
  for (const [name, text] of Object.entries(control))
    if (text !== '') await writeFile(join(root, 'DEBIAN', name), text, { mode: 0o644 });
  for (const [name, text] of Object.entries(pack.scripts))
    await writeFile(join(root, 'DEBIAN', name), text, { mode: 0o755 });
  const target = join(folder, `${pack.name}_${debVersion(pack.version)}_${pack.architecture}.deb`);
  const compression = isQuick ? ['-Znone'] : ['-Zxz', '-z6'];
  await runCommand('dpkg-deb', ['--root-owner-group', ...compression, '--build', root, target], {
    env: { SOURCE_DATE_EPOCH: `${epoch}` },
  });
  return target;
};

function formatControl(pack: Package, installedKib: number): string {
  const { relations } = pack;
  const fields: readonly (readonly [string, string])[] = [
    ['Package', pack.name],
    ['Version', debVersion(pack.version)],
    ['Architecture', pack.architecture],
    ['Maintainer', MAINTAINER],
    ['Installed-Size', `${installedKib}`],
    ['Depends', relations.depends.join(', ')],
    ['Recommends', relations.recommends.join(', ')],
    ['Suggests', relations.suggests.join(', ')],
    ['Conflicts', relations.conflicts.join(', ')],
    ['Replaces', relations.conflicts.join(', ')],
    ['Provides', relations.provides.join(', ')],
    ['Section', 'admin'],
    ['Priority', 'optional'],
    ['Description', [pack.summary, ...foldDescription(pack.description)].join('\n')],
  ];
  return fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** deb-control(5): each line begins with a space, a paragraph ends with a dot. */
function foldDescription(paragraphs: readonly string[]): readonly string[] {
  return paragraphs.flatMap((paragraph, index) => [
    ...(index === 0 ? [] : [' .']),
    ...wrapWords(paragraph, 77).map((line) => ` ${line}`),
  ]);
}

async function formatSums({ files, root }: { readonly files: readonly FileEntry[]; readonly root: string }) {
  const sums = await Promise.all(
    files
      .filter(({ isConfiguration }) => isConfiguration !== true)
      .map(async ({ path }) => {
        const sum = createHash('md5')
          .update(await readFile(join(root, path)))
          .digest('hex');
        return `${sum}  ${path.slice(1)}\n`;
      }),
  );
  return sums.sort((a, b) => (a.slice(34) < b.slice(34) ? -1 : 1)).join('');
}

function formatConffiles(tree: Tree): string {
  return tree
    .filter((entry) => entry.kind === 'file' && entry.isConfiguration === true)
    .map(({ path }) => `${path}\n`)
    .join('');
}
