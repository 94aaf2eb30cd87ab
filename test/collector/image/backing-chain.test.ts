import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImages } from '../../../collector/src/image/images.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { toHostDisk } from '../../support/host-disk.ts';
import { imageOf, refusalOf } from '../../support/image-read.ts';
import { answerWith, auditFiles } from './audited.ts';
import { makeQcow2, type Qcow2Fields } from './qcow2-bytes.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'trimtab-chain-'));
  mkdirSync(join(root, 'images'));
  mkdirSync(join(root, 'elsewhere'));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (name: string) => join(root, name);
function write(name: string, backing?: Qcow2Fields['backing'] | null, fields: Qcow2Fields = {}): string {
  writeFileSync(at(name), makeQcow2(backing ? { ...fields, backing } : fields));
  return at(name);
}

async function inspect({
  image,
  format = 'qcow2',
  others = [],
}: {
  image: string;
  format?: string | null;
  others?: readonly string[];
}) {
  const { files, opened } = auditFiles();
  const { commands, calls } = answerWith({});
  const disks = [image, ...others].map((path) => toHostDisk(path, { format: path === image ? format : 'raw' }));
  const [read] = (await createImages({ files, commands, clock }).inspect(disks)).reads;
  expect(calls).toEqual([]);
  const { cause, code } = refusalOf(read) ?? {};
  return { chain: code === undefined ? imageOf(read).backingChain : undefined, cause, code, opened };
}

describe('a chain is followed', () => {
  it('by relative and absolute names within the folder of the image, nearest first', async () => {
    write('images/base.qcow2');
    write('images/middle.qcow2', { name: at('images/base.qcow2'), format: 'qcow2' });
    const top = write('images/top.qcow2', { name: 'middle.qcow2', format: 'qcow2' });
    const { chain, opened } = await inspect({ image: top });
    expect(chain).toEqual([at('images/middle.qcow2'), at('images/base.qcow2')]);
    expect(opened).toEqual([top, at('images/middle.qcow2'), at('images/base.qcow2')]);
  });

  it('into a folder where another guest’s disk is: a source has named that one', async () => {
    write('elsewhere/deeper.qcow2');
    write('elsewhere/base.qcow2', { name: 'deeper.qcow2', format: 'qcow2' });
    const top = write('images/top.qcow2', { name: '../elsewhere/base.qcow2', format: 'qcow2' });
    const other = write('elsewhere/other.raw');
    expect((await inspect({ image: top, format: 'qcow2', others: [other] })).chain).toEqual([
      at('elsewhere/base.qcow2'),
      at('elsewhere/deeper.qcow2'),
    ]);
  });

  it('to a raw image, without reading it', async () => {
    write('images/base', { name: '/etc/shadow', format: 'raw' });
    const top = write('images/top.qcow2', { name: 'base', format: 'raw' });
    expect(await inspect({ image: top })).toMatchObject({ chain: [at('images/base')], opened: [top] });
  });
});

describe('a chain is named and not followed', () => {
  it.each([
    ['outside of every folder that a source named', '../elsewhere/base.qcow2', 'qcow2'],
    ['where the header does not say the format: its bytes may be a guest’s', 'base.qcow2', undefined],
    ['through a symbolic link', 'link', 'qcow2'],
    ['where the file is gone', 'gone.qcow2', 'qcow2'],
  ])('%s', async (_, name, format) => {
    for (const place of ['elsewhere/base.qcow2', 'images/base.qcow2'])
      write(place, { name: 'nbd:evil', format: 'raw' });
    symlinkSync(at('elsewhere/base.qcow2'), at('images/link'));
    const top = write('images/top.qcow2', { name, ...(format === undefined ? {} : { format }) });
    expect(await inspect({ image: top })).toEqual({ chain: [join(at('images'), name)], opened: [top] });
  });

  it('into a device or a FIFO', async () => {
    const top = write('images/top.qcow2', { name: '/dev/zero', format: 'qcow2' });
    expect(await inspect({ image: top, format: 'qcow2', others: ['/dev/null'] })).toMatchObject({
      chain: ['/dev/zero'],
      opened: [top],
    });
  });
});

describe('an image is refused, with a reason, and nothing besides it is opened', () => {
  it.each([
    ['json:{"driver":"file","filename":"/etc/shadow"}', "by 'json:'"],
    ['nbd://evil.example/disk', "by 'nbd:'"],
    ['nbd:unix:/run/x.sock', "by 'nbd:'"],
    ['fat:rw:/etc', "by 'fat:'"],
    ['file:/etc/shadow', "by 'file:'"],
    ['fd:3', "by 'fd:'"],
    ['a\u0000b', 'characters that no image has'],
  ])('%j', async (name, words) => {
    const top = write('images/top.qcow2', { name, format: 'raw' });
    const { cause, code, opened } = await inspect({ image: top });
    expect({ code, opened }).toEqual({ code: 'unsafe-image', opened: [top] });
    expect(cause).toContain(words);
  });

  it('for such a name further down the chain', async () => {
    write('images/base.qcow2', { name: 'json:{}', format: 'raw' });
    const top = write('images/top.qcow2', { name: 'base.qcow2', format: 'qcow2' });
    expect((await inspect({ image: top })).cause).toContain(`the header of ${at('images/base.qcow2')}`);
  });

  it('for a circle, of one image, of two, and through a hard way round', async () => {
    const self = write('images/self.qcow2', { name: 'self.qcow2', format: 'qcow2' });
    write('images/b.qcow2', { name: `../images/a.qcow2`, format: 'qcow2' });
    const a = write('images/a.qcow2', { name: 'b.qcow2', format: 'qcow2' });
    for (const path of [self, a]) expect((await inspect({ image: path })).cause).toContain('form a circle');
  });

  it('for a chain without an end', async () => {
    for (let n = 0; n <= 201; n += 1) write(`images/${n}`, { name: `${n + 1}`, format: 'qcow2' }, { length: 0x30010 });
    expect((await inspect({ image: at('images/0') })).cause).toContain('more than 200 backing files');
  });

  it('for a header that lies, as the source said that it is qcow2', async () => {
    const image = write('images/liar.qcow2', null, { size: 2n ** 60n });
    expect(await inspect({ image })).toMatchObject({ code: 'unsafe-image', opened: [image] });
    truncateSync(image, 100);
    expect((await inspect({ image })).cause).toContain('it ends too early');
  });

  it('for bytes of unknown format that name another file for their data', async () => {
    const image = write('images/raw-or-not', null, { features: 4n });
    expect(await inspect({ image, format: null })).toMatchObject({ code: 'unsafe-image', opened: [image] });
  });
});
