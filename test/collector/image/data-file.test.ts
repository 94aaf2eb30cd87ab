import { describe, expect, it } from 'vitest';
import { extentsHeldInPart } from '../../../collector/src/diagnose/causes/extents-held-in-part.ts';
import { diagnoseDisk } from '../../../collector/src/diagnose/diagnose-disk.ts';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import { createImages } from '../../../collector/src/image/images.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import type { HostDisk } from '../../../collector/src/model/domain.ts';
import { commitPool } from '../../../collector/src/pool/commit-pool.ts';
import { parseCommandLine } from '../../../collector/src/qemu/command-line.ts';
import { CAUSE_CASES, COUNTED_NOTHING, QCOW2 } from '../diagnose/cause-cases.ts';
import { anImage, examined, trimmed } from '../diagnose/examples.ts';
import { answerWith } from './audited.ts';

// What a command line says of the file that has the data of a qcow2 image. Real ones are in
// test/system/data-file.test.ts.

const DEVICE = ['-device', 'virtio-blk-pci,id=disk,drive=a'];
const [TABLES, DATA] = ['/images/datafile.qcow2', '/images/datafile.data'];

/** All nodes pass discards on but, where that is `ignore`, the one of the data. */
const byName = (discard: 'unmap' | 'ignore'): readonly string[] => [
  ...['-blockdev', `driver=file,node-name=dfign-data,filename=${DATA},discard=${discard}`],
  ...['-blockdev', `driver=file,node-name=f,filename=${TABLES},discard=unmap`],
  ...['-blockdev', '{"driver":"qcow2","node-name":"a","file":"f","data-file":"dfign-data","discard":"unmap"}'],
];
const nested = (discard: string): readonly string[] => [
  '-blockdev',
  `driver=qcow2,node-name=a,discard=unmap,file.driver=file,file.filename=${TABLES},data-file.driver=file,data-file.filename=${DATA}${discard}`,
];

function read(nodes: readonly string[]): HostDisk {
  const { disks, findings } = parseCommandLine({
    argv: ['qemu-system-x86_64', '-name', 'web', ...nodes, ...DEVICE],
    cwd: '/',
  });
  expect(findings).toEqual([]);
  const [disk] = disks;
  if (disk === undefined) throw new Error('no disk');
  return disk;
}

describe('the data file of a qcow2 image', () => {
  it.each([
    ['a node of its own', byName('unmap'), 'unmap'],
    ['a node of its own that ignores discards', byName('ignore'), 'ignore'],
    ['given inside its parent', nested(''), 'unmap'],
    ['given inside its parent, ignoring discards', nested(',data-file.discard=ignore'), 'ignore'],
  ])('is followed, and its node is one of the disk: %s', (_, nodes, discard) => {
    const disk = read(nodes);
    expect(disk).toMatchObject({ image: TABLES, dataFile: DATA, format: 'qcow2' });
    expect(disk.nodes.map(({ role, discard }) => [role, discard])).toEqual([
      ['format', 'unmap'],
      ['file', discard],
    ]);
  });

  it('loses what its node ignores, before a trim and after it', () => {
    const given = {
      disk: read(byName('ignore')),
      nodes: read(byName('ignore')).nodes,
      image: { ...QCOW2, dataFile: DATA },
    };
    const ignoring = { fact: 'discard of node dfign-data', value: 'ignore' };
    expect(diagnoseDisk(examined(given), null)).toMatchObject({
      hops: { passed: 'broken' },
      findings: [{ cause: 'file-node-ignores-discard', evidence: expect.arrayContaining([ignoring]) }],
    });
    expect(judge(trimmed({ ...given, hops: COUNTED_NOTHING }))).toMatchObject({
      verdict: 'lost',
      lostAt: 'passed',
      cause: 'file-node-ignores-discard',
    });
  });

  it('is what btrfs is asked about and commits, and what is to be copied: the other file has tables only', async () => {
    // Any file that is there.
    const image = { at: '/no/tables.qcow2', dataFile: import.meta.filename, pool: '/pool' };
    const { commands, calls } = answerWith({ filefrag: ' ext: \n', btrfs: '5', sync: '' });
    const images = createImages({ files: createHostFiles(), commands, clock });
    expect(await images.readHeldParts(image)).toEqual({ asked: 0, held: 0 });
    expect(await commitPool({ commands, image })).toBe(true);
    expect(calls.map(({ file, args }) => [file, args.at(-1)])).toEqual([
      ['filefrag', image.dataFile],
      ['btrfs', image.dataFile],
      ['sync', image.dataFile],
    ]);
    const held = trimmed({ ...CAUSE_CASES['extents-held-in-part']?.found, image: anImage({ dataFile: DATA }) });
    expect(extentsHeldInPart.find(held)).toMatchObject({
      sentence: expect.stringMatching(`^${DATA} fell by`),
      fix: { commands: [expect.stringMatching(` ${DATA} ${DATA}.whole && mv ${DATA}.whole ${DATA}$`)] },
    });
  });
});
