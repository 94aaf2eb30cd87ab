import type { ExplainedDisk, Explanation } from '../../model/explanation.ts';
import { wrap } from '../wrap.ts';
import { formatFindings } from './findings.ts';
import type { Page } from './page.ts';

const KINDS: Readonly<Record<Explanation['kind'], string>> = {
  'libvirt-xml': 'domain XML of libvirt',
  'command-line': 'command line of QEMU',
  'proxmox-conf': 'configuration of Proxmox VE',
  image: 'image',
  unknown: 'not understood',
};

/** Each file with its disks, one after the other, and below them what was found. */
export function formatExplanations({
  paths,
  explained,
  page,
}: {
  /** In the order of `explained`. */
  paths: readonly string[];
  explained: readonly Explanation[];
  page: Page;
}): string {
  const sections = explained.map((one, index) => formatOne({ path: paths[index] ?? '-', explanation: one, page }));
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function formatOne({ path, explanation, page }: { path: string; explanation: Explanation; page: Page }): string[] {
  const { kind, name, uuid, disks, findings } = explanation;
  const guest = name === null ? '' : `, guest ${name}${uuid === null ? '' : ` (${uuid})`}`;
  const isGuest = kind !== 'image' && kind !== 'unknown';
  return [
    ...wrap({ text: `${path}: ${KINDS[kind]}${guest}`, width: page.width, rest: '  ' }).map((line) =>
      page.paint('heading', line),
    ),
    ...(isGuest && disks.length === 0 ? ['  no disk'] : disks.flatMap((disk) => formatDisk(disk, page))),
    ...formatFindings(findings, page),
  ];
}

function formatDisk(disk: ExplainedDisk, { width, paint }: Page): string[] {
  const { name, image, format, nodes, serial, wwn, address, readOnly, passedThrough } = disk;
  const discards = nodes.map(({ node, discard }) => `${node} ${discard}`).join(', ');
  const facts = [
    `format ${format ?? 'not told'}`,
    ...(nodes.length === 0 ? [] : [`discard: ${discards}`]),
    ...(serial === null ? [] : [`serial ${serial}`]),
    ...(wwn === null ? [] : [`WWN ${wwn}`]),
    ...(address === null ? [] : [`address ${address}`]),
    ...(readOnly ? ['read-only'] : []),
    ...(passedThrough ? ['passed through: the collector leaves it out'] : []),
  ];
  return [
    ...wrap({ text: `${name}  ${image}`, width, first: '  ', rest: '    ' }),
    ...wrap({ text: facts.join('; '), width, first: '    ', rest: '      ' }).map((line) => paint('quiet', line)),
  ];
}
