import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../machine/command.ts';
import { ensurePackages, type MachinePackage } from '../machine/packages.ts';
import { fileLength, type Movement, processorTime } from '../waiting/movement.ts';
import { GaveUp, waitWhileMoving } from '../waiting/wait-while-moving.ts';

/** Without libvirt-daemon-system, which would start a libvirt of this machine's own. */
export const LIBVIRT_PACKAGES: readonly MachinePackage[] = [
  { name: 'libvirt-clients', command: 'virsh' },
  { name: 'libvirt-daemon', command: 'libvirtd' },
  { name: 'libvirt-daemon-driver-qemu', command: 'virt-qemu-run' },
  // Fixes that Trimtab prints call it.
  { name: 'virtinst', command: 'virt-xml' },
];

export interface PrivateLibvirt extends AsyncDisposable {
  readonly uri: string;
  /** What virsh prints; throws with its words when it fails. */
  virsh(...args: readonly string[]): Promise<string>;
  /** Ends libvirtd as a crash would, and keeps it away; its guests run on. */
  stopDaemon(): Promise<void>;
  startDaemon(): Promise<void>;
  /** What moves while its daemon does anything. */
  readonly movement: Movement;
}

/**
 * As root: a real libvirtd and virtlogd that nobody else on this machine sees. Everything dies with this process,
 * however it dies.
 */
export async function startPrivateLibvirt({ directory }: { directory: string }): Promise<PrivateLibvirt> {
  await ensurePackages({ packages: LIBVIRT_PACKAGES, say: (line) => console.error(line) });
  await mkdir(join(directory, 'layer'), { recursive: true });
  await writeFile(join(directory, 'libvirtd.conf'), daemonConfiguration(directory));
  await writeFile(join(directory, 'qemu.conf'), QEMU_CONFIGURATION);
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const script = join(import.meta.dirname, 'private-libvirt.sh');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...namespaces, 'sh', script, directory], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  let hasEnded = false;
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      hasEnded = true;
      resolve();
    });
  });
  const movement = [fileLength(join(directory, 'libvirtd.log')), processorTime('libvirtd', child.pid ?? -1)];
  const uri = `qemu+unix:///system?socket=${directory}/libvirt-sock`;
  const virsh: PrivateLibvirt['virsh'] = (...args) => runCommand('virsh', ['--quiet', '--connect', uri, ...args]);

  async function untilAnswering(): Promise<void> {
    await waitWhileMoving({
      what: 'libvirtd answers',
      movement,
      async find() {
        if (!hasEnded) return (await virsh('version')) !== '' || null;
        const said = await readFile(join(directory, 'libvirtd.out'), 'utf8').catch(() => '');
        throw new GaveUp(`libvirtd does not answer: ${complaint}${said}`);
      },
    });
  }

  async function end(): Promise<void> {
    const own = await findNamespace(child.pid);
    // unshare does not heed SIGTERM; its child, and all that is in the namespace of that, goes with it.
    child.kill('SIGKILL');
    await exited;
    // Not at once: the kernel takes the memory of each guest apart first.
    while (own !== null && (await findInNamespace(own)).length > 0) await delay(20);
    // The folder is free when the last process of the namespace is gone, and its mounts with it.
    for (let tries = 0; tries < 100; tries += 1) {
      try {
        await rm(directory, { recursive: true, force: true });
        return;
      } catch {
        await delay(50);
      }
    }
    await rm(directory, { recursive: true });
  }

  try {
    await untilAnswering();
  } catch (error) {
    await end();
    throw error;
  }
  return {
    uri,
    virsh,
    movement,
    async stopDaemon() {
      await writeFile(join(directory, 'away'), '');
      for (const pid of await findDaemons(directory)) process.kill(pid, 'SIGKILL');
      while ((await findDaemons(directory)).length > 0) await delay(50);
    },
    async startDaemon() {
      await rm(join(directory, 'away'), { force: true });
      await untilAnswering();
    },
    [Symbol.asyncDispose]: end,
  };
}

/** The process namespace of what `unshare` started, as /proc names it; null when it has started nothing. */
async function findNamespace(unshare: number | undefined): Promise<string | null> {
  const children = await readFile(`/proc/${unshare}/task/${unshare}/children`, 'utf8').catch(() => '');
  const [first] = children.trim().split(' ');
  return first === undefined || first === '' ? null : readlink(`/proc/${first}/ns/pid`).catch(() => null);
}

async function findInNamespace(namespace: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const own = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/ns/pid`).catch(() => null)));
  return pids.filter((_, index) => own[index] === namespace);
}

/** Only the one with this folder's configuration. */
async function findDaemons(directory: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
      return argv[0]?.endsWith('libvirtd') && argv.includes(`${directory}/libvirtd.conf`) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

function daemonConfiguration(directory: string): string {
  const settings = {
    unix_sock_dir: directory,
    auth_unix_ro: 'none',
    auth_unix_rw: 'none',
    log_outputs: `3:file:${directory}/libvirtd.log`,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} = "${value}"\n`)
    .join('');
}

/** No cgroups, no namespaces of its own, and files stay as they are: nothing of it is under test. */
const QEMU_CONFIGURATION = `user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
cgroup_controllers = []
namespaces = []
`;
