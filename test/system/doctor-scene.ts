import { spawn } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DoctorGuest, DoctorView } from '../../collector/src/model/doctor.ts';
import type { CommandResult } from '../support/guest/shell.ts';
import { type PrivateLibvirt, startPrivateLibvirt } from '../support/libvirt/private-libvirt.ts';
import { runCommand } from '../support/machine/command.ts';
import { ensurePackages } from '../support/machine/packages.ts';
import { STORAGE_PACKAGES } from '../support/machine/storage-packages.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { agentCommand } from '../support/programs/guest-agent.ts';
import { createDomainGuest, createPlainGuest, type OwnGuest } from './doctor-guest.ts';

export const MIB = 2 ** 20;
export const FILE_BYTES = 48 * MIB;
const CAPACITY_BYTES = 512 * MIB;
export const MOUNT = '/data';
export const PASSPHRASE = 'secret';

export type Patient = 'healthy' | 'ignoring' | 'snapshotted' | 'encrypted';

export const PATIENTS: readonly Patient[] = ['healthy', 'ignoring', 'snapshotted', 'encrypted'];

const UUIDS: Readonly<Record<Patient, string>> = {
  healthy: 'd0c00000-0000-4000-8000-000000000001',
  ignoring: 'd0c00000-0000-4000-8000-000000000002',
  snapshotted: 'd0c00000-0000-4000-8000-000000000003',
  encrypted: 'd0c00000-0000-4000-8000-000000000004',
};

/** Four guests, in each a deleted file, and the agent connected: what would the doctor say, and does it help? */
export interface DoctorScene extends AsyncDisposable {
  readonly libvirt: PrivateLibvirt;
  readonly collector: CollectorUnderTest;
  readonly guests: Readonly<Record<Patient, OwnGuest>>;
  imageOf(patient: Patient): string;
  /** `trimtab doctor GUEST --json`. */
  doctor(patient: Patient): Promise<DoctorGuest>;
  /** A line as it was printed, in a shell of the host, as root. */
  runOnHost(command: string): Promise<CommandResult>;
  /** A line as it was printed, in the guest's shell; a passphrase waits for whoever asks. */
  runInGuest(patient: Patient, command: string): Promise<CommandResult>;
  /** Boots it again, with its filesystem mounted and its agent connected. */
  powerCycle(patient: Patient): Promise<void>;
}

export async function startDoctorScene(): Promise<DoctorScene> {
  await using stack = new AsyncDisposableStack();
  await ensurePackages({ packages: STORAGE_PACKAGES, say: (line) => console.error(line) });
  const directory = await mkdtemp(join(tmpdir(), 'trimtab-doc-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const libvirt = stack.use(await startPrivateLibvirt({ directory: join(directory, 'libvirt') }));
  const collector = stack.use(await startCollectorProgram({ directory, args: ['--libvirt-uri', libvirt.uri] }));
  const imageOf = (patient: Patient) => join(directory, `${patient}.img`);
  for (const patient of ['healthy', 'ignoring', 'encrypted'] as const) {
    await writeFile(imageOf(patient), '');
    await truncate(imageOf(patient), CAPACITY_BYTES);
  }
  await runCommand('qemu-img', ['create', '-q', '-f', 'qcow2', imageOf('snapshotted'), `${CAPACITY_BYTES}`]);

  const plain = (name: Patient, format: 'raw' | 'qcow2'): OwnGuest => {
    const disk = { path: imageOf(name), format, bus: 'virtio-scsi', discard: 'unmap', serial: name } as const;
    return createPlainGuest({ name, uuid: UUIDS[name], directory, disk });
  };
  const ignoring = await createDomainGuest({
    name: 'ignoring',
    uuid: UUIDS.ignoring,
    directory,
    libvirt,
    image: imageOf('ignoring'),
  });
  const guests: DoctorScene['guests'] = {
    healthy: plain('healthy', 'raw'),
    ignoring,
    snapshotted: plain('snapshotted', 'qcow2'),
    encrypted: plain('encrypted', 'raw'),
  };
  for (const guest of Object.values(guests)) stack.defer(() => guest.powerOff().catch(() => {}));

  await eachPatient(async (patient) => {
    await guests[patient].powerOn();
    await must(guests[patient], writeScript(patient));
    if (patient === 'snapshotted')
      await guests[patient].qmp('blockdev-snapshot-internal-sync', { device: 'disk0-format', name: 'before-upgrade' });
    await must(guests[patient], `rm ${MOUNT}/file && sync -f ${MOUNT}`);
    await connectAgent(guests[patient], collector);
  });

  const owned = stack.move();
  return {
    libvirt,
    collector,
    guests,
    imageOf,
    // One by one: other tests have guests on this host, too, and a QMP socket takes one client at a time.
    async doctor(patient) {
      // On a machine that does much else an agent may have been cut off meanwhile; it comes back.
      await collector.untilConnected({ guest: patient, mounts: [MOUNT], movement: guests[patient].movement() });
      const { exitCode, stdout, stderr } = await collector.trimtab('doctor', patient, '--json');
      if (stdout === '') throw new Error(`trimtab doctor ${patient} ended with ${exitCode}: ${stderr}`);
      const { guests: seen } = JSON.parse(stdout) as DoctorView;
      const [only] = seen;
      if (only === undefined || seen.length > 1) throw new Error(`trimtab doctor ${patient}: ${stdout}`);
      return only;
    },
    // virsh and virt-xml as their owner calls them: without --connect, for the libvirt that is meant here.
    runOnHost: (command) => runInShell(command, { LIBVIRT_DEFAULT_URI: libvirt.uri }),
    runInGuest: (patient, command) => guests[patient].run(`printf ${PASSPHRASE} | { ${command}\n}`),
    async powerCycle(patient) {
      await guests[patient].powerOff();
      await guests[patient].powerOn();
      await must(guests[patient], `${patient === 'encrypted' ? `${OPEN} && ` : ''}${mount(patient)}`);
      await connectAgent(guests[patient], collector);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Two at once: there are two processors, and each guest wants one. */
async function eachPatient(work: (patient: Patient) => Promise<void>): Promise<void> {
  for (const pair of [
    ['ignoring', 'snapshotted'],
    ['encrypted', 'healthy'],
  ] as const)
    await Promise.all(pair.map(work));
}

const deviceOf = (patient: Patient) => (patient === 'encrypted' ? '/dev/mapper/safe' : '/dev/sda');
const OPEN = `printf ${PASSPHRASE} | cryptsetup open --key-file - /dev/sda safe`;
const mount = (patient: Patient) => `mkdir -p ${MOUNT} && mount -o noinit_itable ${deviceOf(patient)} ${MOUNT}`;

function writeScript(patient: Patient): string {
  const encrypt = `printf ${PASSPHRASE} | cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 /dev/sda -`;
  return [
    ...(patient === 'encrypted' ? [encrypt, OPEN] : []),
    `mkfs.ext4 -q -J size=4 -E nodiscard,lazy_itable_init=1 ${deviceOf(patient)}`,
    mount(patient),
    `fill ${MOUNT}/file ${FILE_BYTES}`,
    `sync -f ${MOUNT}`,
  ].join(' && ');
}

async function connectAgent(guest: OwnGuest, { agentPort, untilConnected }: CollectorUnderTest): Promise<void> {
  const agent = agentCommand({ port: agentPort, args: ['--minimum-interval', '0s'] });
  await must(guest, `${agent} >/run/agent.log 2>&1 </dev/null &`);
  await untilConnected({ guest: guest.name, mounts: [MOUNT], movement: guest.movement() });
}

async function must(guest: OwnGuest, command: string): Promise<void> {
  const { exitCode, stderr } = await guest.run(command);
  if (exitCode !== 0) throw new Error(`in guest ${guest.name}, exit code ${exitCode}: ${command}\n${stderr}`);
}

function runInShell(command: string, env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode: exitCode ?? -1, ...said }));
  });
}
