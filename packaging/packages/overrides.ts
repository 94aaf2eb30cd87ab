import { type Tree, textFile } from '../model/tree.ts';

interface Override {
  readonly tag: string;
  /** Of the packages with a Node.js of their own, of one package, or of all. */
  readonly of: 'with-node' | 'trimtab' | 'agent' | 'all';
  readonly why: string;
}

/** What lintian finds and is meant to be so. */
const OVERRIDES: readonly Override[] = [
  {
    tag: 'initial-upload-closes-no-bugs',
    of: 'all',
    why: 'It is no upload to Debian, so that no bug asks for it.',
  },
  {
    tag: 'embedded-library zlib *',
    of: 'with-node',
    why: 'Node.js is the program that its project builds and tests, with its own zlib in it.',
  },
  { tag: 'hardening-no-pie *', of: 'with-node', why: 'So does that project build it.' },
  {
    tag: 'old-fsf-address-in-copyright-file',
    of: 'with-node',
    why: 'The licences of what is in Node.js are passed on as they are.',
  },
  {
    tag: 'copyright-file-contains-full-apache-2-license',
    of: 'with-node',
    why: 'So they are, also where one of them is this licence.',
  },
  {
    tag: 'non-standard-file-perm *',
    of: 'trimtab',
    why: 'It may name secrets: a database, where alerts go.',
  },
  {
    tag: 'maintainer-script-calls-systemctl *',
    of: 'agent',
    why: 'It takes back what trimtab-agent-starter has enabled by systemctl, of which deb-systemd-helper knows nothing.',
  },
];

export function overridesOf({ name, hasNode }: { readonly name: string; readonly hasNode: boolean }): Tree {
  const isOf = ({ of: whom }: Override): boolean =>
    whom === 'all' || (whom === 'with-node' && hasNode) || (name === 'trimtab' ? whom === 'trimtab' : whom === 'agent');
  const lines = OVERRIDES.filter(isOf).map(({ tag, why }) => `# ${why}\n${name}: ${tag}\n`);
  return [textFile(`/usr/share/lintian/overrides/${name}`, lines.join(''))];
}
