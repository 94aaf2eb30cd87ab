import { join } from 'node:path';
import type { CommandPage } from '../commands/command.ts';
import { sizeOnDisk } from '../formats/stage.ts';
import type { NodeProgram } from '../inputs/node-program.ts';
import type { Release } from '../inputs/release.ts';
import { ROOT } from '../inputs/root.ts';
import type { Describe, Format, Package, Scripts } from '../model/package.ts';
import { copiedProgram, link, programFile, type Tree, textFile } from '../model/tree.ts';
import { agentConfiguration } from './configurations.ts';
import { readPart, readScripts, scriptOf } from './files.ts';
import { manualOf } from './manual.ts';
import { overridesOf } from './overrides.ts';
import { papersOf } from './papers.ts';
import { agentRelations } from './relations.ts';
import { UNITS } from './units.ts';

const HOME = '/usr/lib/trimtab-agent';
const BUNDLE = join(ROOT, 'agent/dist/trimtab-agent.cjs');

interface Given {
  readonly release: Release;
  readonly node: NodeProgram | null;
  readonly programs: readonly CommandPage[];
}

/** The agent with a Node.js of its own, or with that of the guest where `node` is null. */
export function describeAgent({ format, architecture, release, node, programs }: Describe & Given): Package {
  const isOwn = node !== null;
  const tree = agentTree({ format, release, node, programs });
  return {
    name: nameOf(node),
    version: release.version,
    architecture,
    summary: 'trims filesystems of a virtual machine and reports to its host',
    description: [
      'In a guest of QEMU, libvirt or Proxmox VE it trims the filesystems that can be trimmed, on a schedule or when the collector on the host asks, and tells that what each layer below was told to discard. The host then says how much of its disk space came back, and which layer lost the rest.',
      'trimtab-agent probe --explain says, without any collector, what in this guest keeps trims from giving space back, and how to mend it.',
      isOwn
        ? 'This package brings its own Node.js.'
        : 'This package uses the Node.js of the guest, 22.18 or newer; trimtab-agent brings its own.',
    ],
    relations: agentRelations({ format, isOwn }),
    tree,
    scripts: format === 'tar' ? archiveScripts({ architecture, tree }) : readScripts('agent')[format],
  };
}

function agentTree({ format, release, node, programs }: Given & Pick<Describe, 'format'>): Tree {
  const name = nameOf(node);
  return [
    scriptOf({ path: `${HOME}/trimtab-agent.cjs`, from: BUNDLE }),
    ...(node === null ? [] : [copiedProgram({ path: `${HOME}/node`, from: node.program })]),
    programFile('/usr/bin/trimtab-agent', readPart(node === null ? 'agent/launcher-noarch.sh' : 'agent/launcher.sh')),
    agentConfiguration(),
    programFile(`${HOME}/starter`, readPart('agent/starter.sh')),
    link({ path: '/usr/sbin/trimtab-agent-starter', to: '../lib/trimtab-agent/starter' }),
    programFile(`${HOME}/doorman`, readPart('agent/doorman.sh')),
    ...agentUnits(format),
    ...manualOf({ programs, files: FILES, release, format }),
    ...(format === 'deb' ? overridesOf({ name, hasNode: node !== null }) : []),
    ...papersOf({ name, release, format, workspace: 'agent', node }),
  ];
}

function nameOf(node: NodeProgram | null): string {
  return node === null ? 'trimtab-agent-noarch' : 'trimtab-agent';
}

const FILES = [
  { term: '/etc/trimtab/agent.toml', text: 'the settings; all of them have defaults.' },
  { term: '/etc/trimtab/join-token', text: 'a token that was laid ready; it is removed once it was used.' },
  {
    term: '/var/lib/trimtab-agent',
    text: 'what was joined, with the key of this guest, and reports that are not delivered yet.',
  },
];

function agentUnits(format: Format): Tree {
  const hardening = readPart('agent/hardening.conf').trimEnd();
  return [
    ...[
      'trimtab-agent.service',
      'trimtab-agent.path',
      'trimtab-agent-visit.service',
      'trimtab-agent-visit.timer',
      'trimtab-agent-doorman.service',
      'trimtab-agent-bell@.service',
    ].map((name) => textFile(`${UNITS}/${name}`, readPart(`agent/${name}`, { hardening }))),
    textFile('/usr/lib/udev/rules.d/60-trimtab-agent.rules', readPart('agent/60-trimtab-agent.rules')),
    ...(format === 'tar' ? withoutSystemd() : []),
    ...(format === 'rpm'
      ? [textFile('/usr/lib/systemd/system-preset/50-trimtab-agent.preset', readPart('agent/preset.conf'))]
      : []),
  ];
}

/** An archive goes also where neither systemd nor a journal is. */
function withoutSystemd(): Tree {
  return [
    programFile('/etc/init.d/trimtab-agent', readPart('agent/openrc.sh')),
    textFile('/etc/logrotate.d/trimtab-agent', readPart('agent/logrotate.conf')),
  ];
}

function archiveScripts({ architecture, tree }: Pick<Describe, 'architecture'> & { readonly tree: Tree }): Scripts {
  const kib = Math.ceil(sizeOnDisk(tree) / 1024);
  return {
    'install.sh': readPart('tar/install.sh', { architecture, kib: `${kib}` }),
    'uninstall.sh': readPart('tar/uninstall.sh'),
  };
}
