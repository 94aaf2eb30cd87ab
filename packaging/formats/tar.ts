import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../test/support/machine/command.ts';
import type { Architecture } from '../model/package.ts';
import { programFile, type Tree, textFile } from '../model/tree.ts';
import { stage } from './stage.ts';
import type { Write } from './write.ts';

const SUFFIX: Readonly<Record<Architecture, string>> = { amd64: '-amd64', arm64: '-arm64', all: '' };

/**
 * One folder, with what is installed below `files/` in it and the scripts beside it. The order, the owners and the
 * times in it are set, so that it depends on the tree and `epoch` alone.
 */
export const writeTar: Write = async ({ pack, folder, work, epoch, isQuick }) => {
  const name = `${pack.name}-${pack.version}${SUFFIX[pack.architecture]}`;
  const root = join(work, name);
  await mkdir(root);
  const tree: Tree = [
    ...pack.tree.map((entry) => ({ ...entry, path: `/files${entry.path}` })),
    ...Object.entries(pack.scripts).map(([path, text]) =>
      path.endsWith('.sh') ? programFile(`/${path}`, text) : textFile(`/${path}`, text),
    ),
  ];
  await stage({ tree, folder: root, epoch });
  const target = join(folder, `${name}.tar.xz`);
  await runCommand('tar', [
    ...['--create', '--directory', work, '--file', target],
    ...['--sort=name', '--format=ustar', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'],
    // Blocks of one size, whatever number of processors works on them.
    ...['--use-compress-program', `xz ${isQuick ? '-0' : '-6'} --threads=0 --block-size=24MiB`],
    name,
  ]);
  return target;
};
