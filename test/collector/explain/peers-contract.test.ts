import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainFile } from '../../../collector/src/conduct/explain/explain-file.ts';
import type { ExplainedDisk, Explanation } from '../../../collector/src/model/explanation.ts';
import { DOMAIN_FORMS } from './forms/domain-forms.ts';
import { type DiskForm, type DomainForm, toXml } from './forms/libvirt-domain.ts';

const read = (name: string) => readFileSync(new URL(`../../fixtures/explain/${name}`, import.meta.url), 'utf8');
/** Blocks of lines, each below the line with its name: `# NAME`. */
const readBlocks = (name: string) =>
  read(name)
    .split(/^# /m)
    .slice(1)
    .map((block) => block.trimEnd().split('\n'));

const explain = (text: string): Explanation =>
  explainFile({ file: { path: 'f', bytes: Buffer.from(text), lengthBytes: null, isCut: false }, storages: new Map() });

/** What libvirt 9.0 starts QEMU with for each of the forms (`virsh domxml-to-native qemu-argv`), a word a line. */
const ARGV = new Map(readBlocks('libvirt-9-argv.txt').map(([name = '', ...words]) => [name, words.join('\n')]));

/**
 * Command lines that people and programs write: the line, and below it each disk with what it does, or what is told.
 */
const COMMAND_LINES = readBlocks('command-lines.txt').map(([name = '', words = '', ...expected]) => ({
  name,
  words: words.replaceAll(' ', '\n'),
  disks: expected.flatMap((line) => /^ {2}(unmap|ignore|-) (.*)$/.exec(line)?.slice(1).join(' ') ?? []),
  told: expected.flatMap((line) => /^ {2}told (.*)$/.exec(line)?.[1] ?? []),
}));

const byImage = (one: ExplainedDisk, other: ExplainedDisk) => one.image.localeCompare(other.image);
const sorted = ({ disks }: Explanation) => disks.toSorted(byImage);

/** What the form says of a disk. */
function toExpected({ image, format, source, driver, more, type, device, bus }: DiskForm) {
  const top = driver.includes("discard='unmap'") ? 'unmap' : 'ignore';
  const filter = driver.includes("copy_on_read='on'") ? [top] : [];
  return {
    image,
    format: source.includes("encryption format='luks'") && format === 'raw' ? 'luks' : format,
    discards: type === 'vhostuser' ? [] : [...filter, top, 'unmap'],
    serial: /<serial>(.*?)<\/serial>/.exec(more)?.[1] ?? null,
    readOnly: more.includes('<readonly/>'),
    passedThrough: device === 'lun' && bus === 'scsi',
  };
}

function toComparable({ image, format, nodes, serial, readOnly, passedThrough }: ExplainedDisk) {
  return { image, format, discards: nodes.map(({ discard }) => discard), serial, readOnly, passedThrough };
}

function expectForm(form: DomainForm, told: Explanation): void {
  const expected = form.disks.filter(({ image }) => image !== null).map(toExpected);
  expect(sorted(told).map(toComparable)).toEqual(
    expected.toSorted((one, other) => (one.image ?? '').localeCompare(other.image ?? '')),
  );
  // Each disk that is none of these was told of, and each that is passed through too.
  const silent = form.disks.filter(({ image }) => image === null).length;
  const leftOut = told.findings.filter(({ sentence }) => sentence.endsWith('it is left out.'));
  expect(leftOut).toHaveLength(silent + expected.filter(({ passedThrough }) => passedThrough).length);
}

it('there are at least 200 forms, each with a name of its own', () => {
  const names = [...DOMAIN_FORMS, ...COMMAND_LINES].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect([...ARGV.keys()]).toEqual(DOMAIN_FORMS.map(({ name }) => name));
  expect(2 * DOMAIN_FORMS.length + COMMAND_LINES.length).toBeGreaterThanOrEqual(200);
});

describe.each(DOMAIN_FORMS)('$name', (form) => {
  const xml = explain(toXml(form));
  const argv = explain(ARGV.get(form.name) ?? '');

  it('the XML: each disk is found as it is, or has a finding', () => {
    expect(xml).toMatchObject({ kind: 'libvirt-xml', name: 'guest' });
    expectForm(form, xml);
  });

  it('the command line: each disk is found as it is, or has a finding', () => {
    expect(argv).toMatchObject({ kind: 'command-line', name: 'guest', uuid: xml.uuid });
    expectForm(form, argv);
  });

  it('both agree, also on WWN, and on each part of an address that the XML has', () => {
    const [ofXml, ofArgv] = [sorted(xml), sorted(argv)];
    expect(ofArgv.map(toComparable)).toEqual(ofXml.map(toComparable));
    expect(ofArgv.map(({ wwn }) => wwn)).toEqual(ofXml.map(({ wwn }) => wwn));
    // A controller may have its place from libvirt.
    for (const [index, { address }] of ofXml.entries())
      for (const part of address?.split(', ') ?? []) expect(ofArgv[index]?.address?.split(', ')).toContain(part);
  });
});

describe.each(COMMAND_LINES)('$name', ({ words, disks, told }) => {
  const explained = explain(words);

  it('each disk is found, with what it does to discards', () => {
    expect(explained.kind).toBe('command-line');
    expect(explained.disks.filter(({ passedThrough }) => !passedThrough).map(toLine)).toEqual(disks);
  });

  it('what is no disk here was told of, and nothing else', () => {
    const said = explained.findings.map(({ subject, sentence }) => `${subject}: ${sentence}`);
    expect(said).toHaveLength(told.length);
    for (const text of told) expect(said).toContainEqual(expect.stringContaining(text));
    expect(explained.findings.filter(({ hint }) => hint === null)).toEqual([]);
  });
});

/** `ignore` where one node on the way ignores discards. */
function toLine({ image, format, nodes }: ExplainedDisk): string {
  const does = nodes.length === 0 ? '-' : nodes.every(({ discard }) => discard === 'unmap') ? 'unmap' : 'ignore';
  return `${does} ${image}${format === null ? '' : ` ${format}`}`;
}
