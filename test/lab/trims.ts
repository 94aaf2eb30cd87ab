import type { CollectorUnderTest } from '../support/programs/collector.ts';
import { WRITTEN_BESIDE_BYTES } from './cases/again.ts';
import { repairAndCure } from './cure.ts';
import { diskOf, type LabCase, MIB, type Stand, type WhichTrim } from './lab-case.ts';
import { type Observation, observe } from './observe.ts';
import type { Stage } from './stage.ts';
import { mountOf } from './stand-scripts.ts';

export type Observations = ReadonlyMap<WhichTrim, Observation>;

/** Trims of one guest, in an order in which none disturbs another, as few as do; each as soon as it was observed. */
export async function* runTrims(parts: {
  readonly stage: Stage;
  readonly collector: CollectorUnderTest;
  readonly cases: readonly LabCase[];
  readonly say: (line: string) => void;
}): AsyncGenerator<[WhichTrim, Observation]> {
  const { stage, collector, cases, say } = parts;
  const { guest } = stage;
  const trim = (stands: readonly Stand[], which: WhichTrim = 'first') =>
    observe({
      images: stands.flatMap(({ disks }) => disks.map(({ id }) => stage.imageOf(id))),
      trim: () => collector.trimtab('trim', guest.name, ...stands.flatMap((stand) => mountsOf(stand, which)), '--json'),
    });

  const [besideWriter] = casesOf(cases, 'beside-a-writer');
  const alone = standsOf(cases).filter((stand) => stand !== besideWriter?.stand);
  if (alone.length > 0) {
    say(`${guest.name}: trims ${alone.length === 1 ? 'one filesystem' : `${alone.length} filesystems`}`);
    yield ['first', await trim(alone)];
    for (const stand of alone) await stand.afterFirst?.(stage);
  }
  const again = standsOf(casesOf(cases, 'second'));
  if (again.length > 0) {
    say(`${guest.name}: trims ${again.length} of them a second time`);
    yield ['second', await trim(again, 'second')];
  }
  const mended = standsOf(casesOf(cases, 'mended'));
  if (mended.length > 0) {
    say(`${guest.name}: does as it is told for ${mended.length} of them, and trims these`);
    for (const stand of mended) await stand.mend?.(stage);
    yield ['mended', await trim(mended, 'mended')];
  }
  const [stale] = [...casesOf(cases, 'before-cure'), ...casesOf(cases, 'cure')];
  if (stale !== undefined) {
    say(`${guest.name}: has a disk repaired and cured`);
    const { beforeCure, cure } = await repairAndCure({ stage, collector, disk: diskOf(stale).id });
    yield ['before-cure', beforeCure];
    yield ['cure', cure];
  }
  if (besideWriter !== undefined) {
    say(`${guest.name}: trims a filesystem into which it writes meanwhile`);
    const { stand } = besideWriter;
    const device = stage.deviceOf(diskOf(besideWriter).id);
    const file = `${mountOf(stand)}/second`;
    const writing = guest
      .run(`sh /usr/bin/write-beside ${device} ${file} ${WRITTEN_BESIDE_BYTES / MIB}`)
      .then(({ exitCode, stderr }) => exitCode === 0 || say(`${guest.name}: ${stderr.trim()}`));
    await guest.mustRun('until [ -e /run/write-beside ]; do busybox usleep 20000; done');
    const observation = await trim([stand]);
    await writing;
    yield ['beside-a-writer', observation];
  }
}

const mountsOf = (stand: Stand, which: WhichTrim): readonly string[] => stand.mounts?.[which] ?? [mountOf(stand)];

const casesOf = (cases: readonly LabCase[], which: WhichTrim) => cases.filter(({ trim = 'first' }) => trim === which);

export const standsOf = (cases: readonly LabCase[]): Stand[] => [...new Set(cases.map(({ stand }) => stand))];
