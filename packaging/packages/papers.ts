import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAINTAINER } from '../formats/maintainer.ts';
import type { NodeProgram } from '../inputs/node-program.ts';
import type { Release } from '../inputs/release.ts';
import { ROOT } from '../inputs/root.ts';
import type { Format } from '../model/package.ts';
import { type Tree, textFile } from '../model/tree.ts';
import { pack } from './manual.ts';

interface Papers {
  readonly name: string;
  readonly release: Release;
  readonly format: Format;
  /** `agent` or `collector`, where the build has laid the licences of what is bundled. */
  readonly workspace: string;
  readonly node: NodeProgram | null;
}

/** Licences and changes, each where its format wants it. */
export function papersOf(papers: Papers): Tree {
  const { name, release, format } = papers;
  const doc = `/usr/share/doc/${name}`;
  const licenses = readLicenses(papers);
  if (format !== 'deb') {
    return [
      ...licenses.map(({ file, text }) => textFile(`/usr/share/licenses/${name}/${file}`, text)),
      textFile(`${doc}/CHANGELOG.md`, release.changelog),
    ];
  }
  return [
    textFile(`${doc}/copyright`, formatCopyright(licenses)),
    textFile(`${doc}/changelog.gz`, pack(release.changelog)),
    textFile(`${doc}/changelog.Debian.gz`, pack(formatDebianChangelog(papers))),
  ];
}

interface License {
  readonly file: string;
  /** What it is of, below the root. */
  readonly covers: string;
  readonly short: string;
  readonly text: string;
}

function readLicenses({ name, workspace, node }: Papers): readonly License[] {
  const home = `usr/lib/${name.replace('-noarch', '')}`;
  const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const own = { file: 'LICENSE', covers: '*', short: 'Apache-2.0', text: read('LICENSE') };
  const bundled = {
    file: 'THIRD-PARTY-LICENSES',
    covers: `${home}/*js`,
    short: 'Apache-2.0-and-third-party',
    text: read(`${workspace}/dist/THIRD-PARTY-LICENSES`),
  };
  if (node === null) return [own, bundled];
  return [own, bundled, { file: 'NODE-LICENSE', covers: `${home}/node`, short: 'node', text: node.license }];
}

/** Of Debian's policy 12.5, in its machine-readable form. */
function formatCopyright(licenses: readonly License[]): string {
  const sections = licenses.map(({ covers, short, text }) => {
    const whole = short === 'Apache-2.0' ? ON_DEBIAN : text;
    const copyright = short === 'Apache-2.0' ? '2026 The Trimtab authors' : 'as the text below says';
    return `Files: ${covers}\nCopyright: ${copyright}\nLicense: ${short}\n${indent(whole)}\n`;
  });
  const head = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: Trimtab\n';
  return [head, ...sections].join('\n');
}

const ON_DEBIAN =
  'On Debian systems the whole text of the Apache License, version 2.0, is in\n/usr/share/common-licenses/Apache-2.0.';

/** deb822(5): an empty line is a dot. */
function indent(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');
}

/** deb-changelog(5). */
function formatDebianChangelog({ name, release: { version, epoch } }: Papers): string {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');
  return `${name} (${version}-1) unstable; urgency=medium

  * Trimtab ${version}; what changed is in changelog.gz.

 -- ${MAINTAINER}  ${date}
`;
}
