import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { matchDisks } from '../../../collector/src/correlate/match-disk.ts';
import { parseDomain } from '../../../collector/src/host/libvirt/parse-domain.ts';
import { createImages } from '../../../collector/src/image/images.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { toHostDisk } from '../../support/host-disk.ts';
import { aDisk } from '../correlate/examples.ts';

const MiB = 1024 * 1024;
/** The head of a disk of 64 MiB, made by qemu-img 7.2 (`create -f luks`), and the length of its file. */
const HEAD = new URL('../../fixtures/explain/luks1-64MiB.head', import.meta.url);
const LENGTH = 69_177_344;

let folder: string;
let image: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-luks-'));
  image = join(folder, 'l.img');
  await copyFile(HEAD, image);
  await truncate(image, LENGTH);
});
afterEach(() => rm(folder, { recursive: true }));

const images = () => createImages({ files: createHostFiles(), commands: createCommands(), clock });

async function read() {
  return (await images().inspect([toHostDisk(image, { format: 'luks' })])).reads[0];
}

const UNKNOWN = { kind: 'read', image: { format: 'luks', capacityBytes: null } };

describe('a LUKS image', () => {
  it('holds what is behind its header and keys, which is what the guest sees', async () => {
    expect(await read()).toMatchObject({
      kind: 'read',
      image: { format: 'luks', capacityBytes: 64 * MiB, physicalBytes: LENGTH },
    });
  });

  it('is matched to its disk by its serial, also where only libvirt’s XML tells of it, as of a raw image', async () => {
    const text = readFileSync(new URL('../../fixtures/explain/luks-on-raw.xml', import.meta.url), 'utf8');
    const [told] = parseDomain({ uri: 'qemu:///system', text }).disks;
    if (told === undefined) throw new Error('no disk');
    const hostDisk = { ...told.disk, image };
    const [seen] = (await images().inspect([hostDisk])).reads;
    const capacityBytes = seen?.kind === 'read' ? seen.image.capacityBytes : null;
    const disk = aDisk({ name: 'vda', serial: 'crypt1', sizeBytes: 64 * MiB });
    expect(matchDisks([disk], [{ hostDisk, capacityBytes }])).toMatchObject([
      { hostDisk: { id: 'vda', format: 'luks' }, matchedBy: 'serial', why: null },
    ]);
  });

  it('is of unknown capacity where its header is none, of LUKS2, or its file ends before the data', async () => {
    await truncate(image, MiB);
    expect(await read()).toMatchObject(UNKNOWN);
    await writeFile(image, Buffer.alloc(MiB));
    expect(await read()).toMatchObject(UNKNOWN);
    const luks2 = Buffer.alloc(MiB);
    luks2.set([0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe, 0, 2]);
    await writeFile(image, luks2);
    expect(await read()).toMatchObject(UNKNOWN);
  });
});
