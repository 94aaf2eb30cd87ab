import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../test/support/machine/command.ts';
import type { Architecture, Package } from '../model/package.ts';
import type { Entry } from '../model/tree.ts';
import { wrapWords } from '../texts/wrap-words.ts';
import { ownFolders } from './own-folders.ts';
import { stage } from './stage.ts';
import type { Write } from './write.ts';

const RELEASE = 1;

const MACHINES: Readonly<Record<Architecture, string>> = { amd64: 'x86_64', arm64: 'aarch64', all: 'noarch' };

/**
 * With rpmbuild, of files that are laid out already: nothing is compiled, stripped or looked into. The name of the
 * machine and the times are set, so that what it makes depends on the tree and `epoch` alone.
 */
export const writeRpm: Write = async ({ pack, folder, work, epoch, isQuick }) => {
  const root = join(work, 'root');
  const machine = MACHINES[pack.architecture];
  await mkdir(root, { recursive: true });
  await stage({ tree: pack.tree, folder: root, epoch });
  const spec = join(work, `${pack.name}.spec`);
  await writeFile(spec, formatSpec({ pack, root, epoch, isQuick }));
  await runCommand('rpmbuild', ['-bb', '--quiet', '--target', `${machine}-linux`, ...defines(work), spec], {
    env: { SOURCE_DATE_EPOCH: `${epoch}`, TZ: 'UTC' },
  });
  const made = join(work, 'rpms', machine);
  const [name] = await readdir(made);
  if (name === undefined) throw new Error(`rpmbuild made no package of ${pack.name}`);
  const target = join(folder, name);
  await copyFile(join(made, name), target);
  return target;
};

function defines(work: string): readonly string[] {
  const values: Readonly<Record<string, string>> = {
    _topdir: join(work, 'top'),
    _rpmdir: join(work, 'rpms'),
    _buildrootdir: join(work, 'buildroot'),
    // The user's own would change what is made.
    _dbpath: join(work, 'db'),
    _buildhost: 'localhost',
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
    debug_package: '%{nil}',
    _build_id_links: 'none',
    __os_install_post: '%{nil}',
    _binary_filedigest_algorithm: '8',
  };
  return Object.entries(values).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
}

function formatSpec({
  pack,
  root,
  epoch,
  isQuick,
}: {
  readonly pack: Package;
  readonly root: string;
  readonly epoch: number;
  readonly isQuick: boolean;
}): string {
  const { relations } = pack;
  const field = (name: string) => (value: string) => `${name}: ${value}`;
  return [
    `Name: ${pack.name}`,
    `Version: ${pack.version}`,
    `Release: ${RELEASE}`,
    `Summary: ${pack.summary.charAt(0).toUpperCase()}${pack.summary.slice(1)}`,
    'License: Apache-2.0 AND MIT',
    'Group: System Environment/Daemons',
    ...(pack.architecture === 'all' ? ['BuildArch: noarch'] : []),
    // What is needed is said here, and not guessed from the files.
    'AutoReqProv: no',
    ...relations.depends.map(field('Requires')),
    ...relations.recommends.map(field('Recommends')),
    ...relations.suggests.map(field('Suggests')),
    ...relations.conflicts.map(field('Conflicts')),
    ...relations.provides.map(field('Provides')),
    // xz is what the rpm of every distribution reads.
    `%define _binary_payload ${isQuick ? 'w0.ufdio' : 'w6.xzdio'}`,
    '',
    '%description',
    pack.description.map((paragraph) => wrapWords(paragraph, 79).join('\n')).join('\n\n'),
    '',
    '%install',
    'rm -rf %{buildroot}',
    `cp -a '${root}' %{buildroot}`,
    '',
    ...Object.entries(pack.scripts).flatMap(([name, text]) => [`%${name}`, text.trimEnd(), '']),
    '%files',
    ...ownFolders(pack.tree).map((folder) => `%dir %attr(0755,root,root) ${folder}`),
    ...pack.tree.map(formatEntry),
    '',
    '%changelog',
    `* ${formatDay(epoch)} Trimtab maintainers <maintainers@trimtab.invalid> - ${pack.version}-${RELEASE}`,
    `- Trimtab ${pack.version}`,
    '',
  ].join('\n');
}

function formatEntry(entry: Entry): string {
  if (entry.kind === 'link') return entry.path;
  const mode = entry.mode.toString(8).padStart(4, '0');
  if (entry.kind === 'folder') return `%dir %attr(${mode},root,root) ${entry.path}`;
  const attributes = `%attr(${mode},root,${entry.group ?? 'root'})`;
  if (entry.isConfiguration === true) return `%config(noreplace) ${attributes} ${entry.path}`;
  const isPaper = entry.path.startsWith('/usr/share/doc/') || entry.path.startsWith('/usr/share/man/');
  if (entry.path.startsWith('/usr/share/licenses/')) return `%license ${attributes} ${entry.path}`;
  return `${isPaper ? '%doc ' : ''}${attributes} ${entry.path}`;
}

/** `Thu Nov 26 2026`, as rpm wants it. */
function formatDay(epoch: number): string {
  const [day = '', date = '', month = '', year = ''] = new Date(epoch * 1000).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${year}`;
}
