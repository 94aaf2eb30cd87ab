import { readAgentPrograms } from './commands/agent-commands.ts';
import { readCollectorCommands } from './commands/collector-commands.ts';
import type { CommandPage } from './commands/command.ts';
import { writeDeb } from './formats/deb.ts';
import { writeRpm } from './formats/rpm.ts';
import { writeTar } from './formats/tar.ts';
import type { Write } from './formats/write.ts';
import { type Machine, type NodeProgram, nodeFor } from './inputs/node-program.ts';
import { type Release, readRelease } from './inputs/release.ts';
import type { Architecture, Format, Package } from './model/package.ts';
import { describeAgent } from './packages/agent.ts';
import { describeCollector } from './packages/collector.ts';

/** One file that `npm run packages` makes. */
export interface Product {
  /** `trimtab-agent.amd64.deb`: what it is called on the command line. */
  readonly id: string;
  readonly format: Format;
  readonly describe: (say: (line: string) => void) => Promise<Package>;
}

export const WRITERS: Readonly<Record<Format, Write>> = { deb: writeDeb, rpm: writeRpm, tar: writeTar };

const MACHINES: readonly Machine[] = ['amd64', 'arm64'];

interface Kind {
  readonly name: string;
  readonly formats: readonly Format[];
  readonly architectures: readonly Architecture[];
  readonly describe: (given: {
    readonly format: Format;
    readonly architecture: Architecture;
    readonly release: Release;
    readonly node: NodeProgram | null;
    readonly programs: readonly CommandPage[];
  }) => Package;
  readonly readCommands: () => Promise<readonly CommandPage[]>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'trimtab',
    formats: ['deb', 'rpm'],
    architectures: MACHINES,
    readCommands: async () => [await readCollectorCommands()],
    describe({ node, ...given }) {
      if (node === null) throw new Error('the collector needs a Node.js of its own');
      return describeCollector({ ...given, node });
    },
  },
  {
    name: 'trimtab-agent',
    formats: ['deb', 'rpm', 'tar'],
    architectures: MACHINES,
    readCommands: readAgentPrograms,
    describe: describeAgent,
  },
  {
    name: 'trimtab-agent-noarch',
    formats: ['deb', 'rpm', 'tar'],
    architectures: ['all'],
    readCommands: readAgentPrograms,
    describe: describeAgent,
  },
];

/** All of them, in the order in which they are made. */
export function listProducts({ findNode = nodeFor }: { readonly findNode?: typeof nodeFor } = {}): readonly Product[] {
  const release = readRelease();
  return KINDS.flatMap(({ name, formats, architectures, readCommands, describe }) =>
    architectures.flatMap((architecture) =>
      formats.map((format) => ({
        id: `${name}.${architecture}.${format}`,
        format,
        async describe(say: (line: string) => void) {
          const node = architecture === 'all' ? null : await findNode({ machine: architecture, say });
          return describe({ format, architecture, release, node, programs: await readCommands() });
        },
      })),
    ),
  );
}
