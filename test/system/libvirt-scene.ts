import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareBootFiles } from '../support/guest/boot-files.ts';
import { connectShell } from '../support/guest/shell.ts';
import { domainMovement } from '../support/libvirt/domain-movement.ts';
import { formatDomain } from '../support/libvirt/domain-xml.ts';
import { type PrivateLibvirt, startPrivateLibvirt } from '../support/libvirt/private-libvirt.ts';
import { runCommand } from '../support/machine/command.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';
import type { Movement } from '../support/waiting/movement.ts';

export const UUIDS = {
  article: 'a5000000-0000-4000-8000-000000000001',
  ports: 'a5000000-0000-4000-8000-000000000002',
  sata: 'a5000000-0000-4000-8000-000000000003',
  off: 'a5000000-0000-4000-8000-000000000004',
};

/** A libvirtd with guests, one of them booted, and a collector that asks this libvirtd and can have that one trim. */
export interface LibvirtScene extends AsyncDisposable {
  readonly libvirt: PrivateLibvirt;
  readonly collector: CollectorUnderTest;
  /** The image of the booted guest's root, which is everybody's. */
  readonly rootImage: string;
  /** The QMP socket of the guest `ports`, given to QEMU past libvirt. */
  readonly monitorSocket: string;
  at(name: string): string;
  /** In the booted guest; its stdout. */
  mustRun(command: string): Promise<string>;
  /** Of the booted guest. */
  readonly movement: Movement;
}

/** What is defined, and which of it runs. */
export interface SceneGuests {
  readonly booted: { readonly name: string; readonly uuid: string };
  /** What trims in the booted one; our agent if absent. */
  readonly inside?: SceneInside;
  /** Nothing boots in these: their processors need not run. */
  readonly paused: readonly string[];
  create(given: DomainsGiven): Promise<readonly Domain[]>;
}

export interface SceneInside {
  readonly files: NonNullable<BootFilesGiven['files']>;
  /** Given the collector's port for agents. */
  onBoot(port: number): readonly string[];
  /** Resolves when the collector can have the guest trim. */
  untilThere(scene: Pick<LibvirtScene, 'collector' | 'movement' | 'mustRun'>): Promise<void>;
}

type BootFilesGiven = Parameters<typeof prepareBootFiles>[0];

interface DomainsGiven {
  readonly at: (name: string) => string;
  readonly boot: Awaited<ReturnType<typeof prepareBootFiles>>;
  readonly monitorSocket: string;
}

const ARTICLES: SceneGuests = {
  booted: { name: 'article', uuid: UUIDS.article },
  paused: ['ports', 'sata'],
  create: createDomains,
};

function ourAgent(guest: string): SceneInside {
  return {
    files: AGENT_FILES,
    onBoot: (port) => [agentCommand({ port, args: ['--minimum-interval', '0s'] })],
    untilThere: ({ collector, movement }) => collector.untilConnected({ guest, movement }),
  };
}

export async function startLibvirtScene(guests: SceneGuests = ARTICLES): Promise<LibvirtScene> {
  const { booted, paused, create, inside = ourAgent(booted.name) } = guests;
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'trimtab-lv-'));
  const at = (name: string) => join(directory, name);
  stack.defer(async () => {
    const left = await findProcesses(directory);
    await rm(directory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`processes outlive the test: ${left}`);
  });
  const libvirt = stack.use(await startPrivateLibvirt({ directory: at('libvirt') }));
  const collector = stack.use(await startCollectorProgram({ directory, args: ['--libvirt-uri', libvirt.uri] }));
  const boot = await prepareBootFiles({
    directory: at('guest'),
    name: booted.name,
    uuid: booted.uuid,
    // The cloud kernel has no AHCI.
    flavour: 'amd64',
    files: inside.files,
    onBoot: inside.onBoot(collector.agentPort),
  });
  const monitorSocket = at('ports.qmp');
  for (const domain of await create({ at, boot, monitorSocket })) {
    const path = at(`${domain.name}.xml`);
    await writeFile(path, formatDomain(domain));
    await libvirt.virsh('define', path);
  }
  await libvirt.virsh('start', booted.name);
  for (const name of paused) await libvirt.virsh('start', '--paused', name);
  const movement = domainMovement({ name: booted.name, consoleLog: at('console.log') });
  const shell = await connectShell({ path: at('shell'), guest: booted.name, movement });
  stack.defer(() => shell.close());

  async function mustRun(command: string): Promise<string> {
    const { exitCode, stdout, stderr } = await shell.run(command);
    if (exitCode === 0) return stdout;
    throw new Error(`in the guest, exit code ${exitCode}: ${command}\n${stderr}`);
  }

  await mustRun('true');
  await inside.untilThere({ collector, movement, mustRun });
  const owned = stack.move();
  const { rootImage } = boot;
  return {
    libvirt,
    collector,
    rootImage,
    monitorSocket,
    at,
    mustRun,
    movement,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

type Domain = Parameters<typeof formatDomain>[0];

async function createDomains({ at, boot, monitorSocket }: DomainsGiven): Promise<readonly Domain[]> {
  const unmap = " discard='unmap'";
  return [
    {
      name: 'article',
      uuid: UUIDS.article,
      machine: 'pc',
      boot: { ...boot, consoleLog: at('console.log'), shell: at('shell') },
      disks: [
        { path: await raw('article-scsi'), format: 'raw', bus: 'scsi', driver: unmap },
        { path: await qcow2('article-blk'), format: 'qcow2', bus: 'virtio' },
        { path: await raw('article-sata'), format: 'raw', bus: 'sata', driver: unmap, more: '<serial>0012</serial>' },
      ],
    },
    {
      name: 'ports',
      uuid: UUIDS.ports,
      machine: 'q35',
      disks: [
        {
          path: await raw('ports-scsi'),
          format: 'raw',
          bus: 'scsi',
          driver: unmap,
          more: '<wwn>5000c50015ea71ab</wwn>',
        },
        { path: await qcow2('ports-blk'), format: 'qcow2', bus: 'virtio', driver: " detect_zeroes='on'" },
        { path: await raw('ports-sata'), format: 'raw', bus: 'sata' },
      ],
      qemuArguments: ['-qmp', `unix:${monitorSocket},server=on,wait=off`],
    },
    {
      name: 'sata',
      uuid: UUIDS.sata,
      machine: 'pc',
      disks: [
        { path: await raw('sata-only'), format: 'raw', bus: 'sata', driver: unmap, more: '<serial>only</serial>' },
      ],
    },
    {
      name: 'off',
      uuid: UUIDS.off,
      machine: 'q35',
      disks: [{ path: await raw('off'), format: 'raw', bus: 'scsi', driver: unmap }],
    },
  ];

  async function raw(name: string): Promise<string> {
    await writeFile(at(name), '');
    await truncate(at(name), CAPACITY_BYTES);
    return at(name);
  }

  async function qcow2(name: string): Promise<string> {
    await runCommand('qemu-img', ['create', '-q', '-f', 'qcow2', at(name), `${CAPACITY_BYTES}`]);
    return at(name);
  }
}

/** As in the article. */
const CAPACITY_BYTES = 30 * 1024 ** 3;

async function findProcesses(directory: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return text.includes(directory) ? [`${pid} ${text.split('\0')[0]}`] : [];
    }),
  );
  return found.flat();
}
