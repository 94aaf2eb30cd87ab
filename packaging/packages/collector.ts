import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DMSETUP_STATUS, LVS } from '../../collector/src/image/lvm.ts';
import type { CommandPage } from '../commands/command.ts';
import type { NodeProgram } from '../inputs/node-program.ts';
import type { Release } from '../inputs/release.ts';
import { ROOT } from '../inputs/root.ts';
import type { Describe, Package } from '../model/package.ts';
import { copiedFile, copiedProgram, link, programFile, type Tree, textFile } from '../model/tree.ts';
import { collectorConfiguration } from './configurations.ts';
import { readPart, readScripts, scriptOf } from './files.ts';
import { manualOf } from './manual.ts';
import { overridesOf } from './overrides.ts';
import { papersOf } from './papers.ts';
import { collectorRelations } from './relations.ts';
import { UNITS } from './units.ts';

const HOME = '/usr/lib/trimtab';
const BUNDLE = join(ROOT, 'collector/dist/bundled');

interface Given {
  readonly release: Release;
  readonly node: NodeProgram;
  readonly programs: readonly CommandPage[];
}

export function describeCollector({ format, architecture, release, node, programs }: Describe & Given): Package {
  return {
    name: 'trimtab',
    version: release.version,
    architecture,
    summary: 'measures what trims of virtual machines gave back to their host',
    description: [
      'On a host of QEMU, libvirt or Proxmox VE it has guests trim their filesystems, counts the bytes at each layer down to the pool, names the layer that lost them with the fix, and foresees the day on which a pool is full.',
      'trimtab doctor says, also without any agent in a guest, what keeps trims from giving space back.',
      'This package brings its own Node.js.',
    ],
    relations: collectorRelations({ format }),
    tree: collectorTree({ format, release, node, programs }),
    scripts: readScripts('collector')[format],
  };
}

function collectorTree({ format, release, node, programs }: Given & Pick<Describe, 'format'>): Tree {
  return [
    ...readdirSync(BUNDLE)
      .sort()
      .map((name) => scriptOf({ path: `${HOME}/${name}`, from: join(BUNDLE, name) })),
    copiedProgram({ path: `${HOME}/node`, from: node.program }),
    programFile('/usr/bin/trimtab', readPart('collector/launcher.sh')),
    programFile(`${HOME}/with-notify-fd`, readPart('collector/with-notify-fd.pl')),
    programFile(
      `${HOME}/read-storage`,
      readPart('collector/read-storage.sh', { lvs: LVS.join(' '), dmsetup: DMSETUP_STATUS.join(' ') }),
    ),
    textFile(`${HOME}/ask-storage.mjs`, readPart('collector/ask-storage.mjs')),
    programFile(`${HOME}/as-root/lvs`, readPart('collector/as-root.sh')),
    link({ path: `${HOME}/as-root/dmsetup`, to: 'lvs' }),
    ...['trimtab.service', 'trimtab-storage.socket', 'trimtab-storage@.service'].map((name) =>
      textFile(`${UNITS}/${name}`, readPart(`collector/${name}`)),
    ),
    collectorConfiguration(),
    textFile('/usr/lib/sysusers.d/trimtab.conf', readPart('collector/sysusers.conf')),
    textFile('/usr/lib/tmpfiles.d/trimtab.conf', readPart('collector/tmpfiles.conf')),
    ...(format === 'rpm'
      ? [textFile('/usr/lib/systemd/system-preset/50-trimtab.preset', readPart('collector/preset.conf'))]
      : []),
    textFile('/usr/share/doc/trimtab/examples/read-only.conf', readPart('collector/read-only.conf')),
    ...manualOf({ programs, files: FILES, release, format }),
    ...(format === 'deb' ? overridesOf({ name: 'trimtab', hasNode: true }) : []),
    ...papersOf({ name: 'trimtab', release, format, workspace: 'collector', node }),
    ...documents(),
  ];
}

const FILES = [
  { term: '/etc/trimtab/collector.toml', text: 'the settings; all of them have defaults.' },
  {
    term: '/run/trimtab/collector.sock',
    text: 'the socket that the commands use, for root and the group trimtab.',
  },
  { term: '/var/lib/trimtab', text: 'the history, the id of this host, and the keys of this collector.' },
];

/** What the help and the messages name as docs/… */
function documents(): Tree {
  return readdirSync(join(ROOT, 'docs'))
    .filter((name) => /\.(?:md|svg)$/.test(name))
    .sort()
    .map((name) => copiedFile({ path: `/usr/share/doc/trimtab/docs/${name}`, from: join(ROOT, 'docs', name) }));
}
