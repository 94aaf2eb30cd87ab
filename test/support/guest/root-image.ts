import { statSync } from 'node:fs';
import { constants, copyFile, cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { commandPath, runCommand } from '../machine/command.ts';
import { findLibraries } from './binaries.ts';
import { cachedProduct } from './cache.ts';
import type { Kernel } from './kernel.ts';
import { CONFIGURATION, nodeBinary, OPTIONAL_TOOLS, REQUIRED_TOOLS } from './root-tools.ts';

const LAYOUT = 1;

/** A read-only squashfs with this host's own tools, Node and the kernel's modules; the guest lays a tmpfs over it. */
export async function prepareRootImage({
  kernel,
  say,
}: {
  kernel: Kernel;
  say: (line: string) => void;
}): Promise<string> {
  const tools = findTools();
  const configuration = CONFIGURATION.filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);
  const libraries = await findLibraries([...tools.values()]);
  const files = [...tools.values(), ...libraries, ...configuration].map(fingerprint);
  return cachedProduct({
    name: 'root',
    inputs: { LAYOUT, kernel: basename(kernel.path), files, TEXTS },
    build: async (target) => {
      say("Building the guests' root image ...");
      const tree = `${target}.tree`;
      try {
        await createTree({ tree, tools, libraries, configuration, kernel });
        // lz4 unpacks fastest, and unpacking is what an emulated processor does while it boots.
        const options = ['-comp', 'lz4', '-noappend', '-all-root', '-quiet', '-no-progress'];
        await runCommand('mksquashfs', [tree, `${target}.image`, ...options]);
        await rename(`${target}.image`, target);
      } finally {
        await rm(tree, { recursive: true, force: true });
        await rm(`${target}.image`, { force: true });
      }
    },
  });
}

/** Name in the guest to path on this host. */
function findTools(): Map<string, string> {
  const tools = new Map([['node', nodeBinary()]]);
  for (const name of [...REQUIRED_TOOLS, ...OPTIONAL_TOOLS]) {
    const path = commandPath(name);
    if (path !== null) tools.set(name, path);
    else if (REQUIRED_TOOLS.includes(name))
      throw new Error(`The guest needs ${name}, which this machine does not have. Call ensurePackages first.`);
  }
  return tools;
}

function fingerprint(path: string): [string, number, number] {
  const { size, mtimeMs } = statSync(path);
  return [path, size, mtimeMs];
}

interface Tree {
  readonly tree: string;
  readonly tools: ReadonlyMap<string, string>;
  readonly libraries: readonly string[];
  readonly configuration: readonly string[];
  readonly kernel: Kernel;
}

async function createTree({ tree, tools, libraries, configuration, kernel }: Tree): Promise<void> {
  for (const directory of DIRECTORIES) await mkdir(join(tree, directory), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${name}`, join(tree, name));
  for (const [name, path] of tools) {
    const place = path.includes('/sbin/') ? 'usr/sbin' : 'usr/bin';
    await copyFile(path, join(tree, place, name), constants.COPYFILE_FICLONE);
  }
  // A real program comes first; BusyBox fills in what the host's list does not have.
  await symlink('dash', join(tree, 'usr/bin/sh'));
  const applets = (await runCommand('busybox', ['--list'])).trim().split('\n');
  for (const applet of applets) {
    if (!tools.has(applet) && applet !== 'sh') await symlink('/bin/busybox', join(tree, 'usr/bin', applet));
  }
  for (const path of [...libraries, ...configuration]) {
    const target = join(tree, path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(path, target);
  }
  for (const [path, text] of Object.entries(TEXTS)) await writeFile(join(tree, path), text);
  await cp(join(kernel.modules, 'lib/modules'), join(tree, 'usr/lib/modules'), { recursive: true });
}

const DIRECTORIES = [
  ...['usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64', 'etc/lvm', 'proc', 'sys', 'dev', 'run', 'tmp'],
  ...['root', 'home', 'mnt', 'opt', 'srv', 'var/lib', 'var/tmp'],
];

/**
 * There is no udev in the guest, so LVM must neither wait for it nor ask it; dmeventd and thin_check would be more
 * packages.
 */
const LVM_CONFIGURATION = `activation {
  monitoring = 0
  udev_sync = 0
  udev_rules = 0
}
devices {
  obtain_device_list_from_udev = 0
}
global {
  thin_check_executable = ""
  cache_check_executable = ""
}
`;

const TEXTS: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/hosts': '127.0.0.1 localhost\n10.0.2.2 host\n',
  'etc/resolv.conf': 'nameserver 10.0.2.3\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'etc/os-release': 'ID=trimtab-test\nPRETTY_NAME="Trimtab guest for tests"\n',
  'etc/lvm/lvm.conf': LVM_CONFIGURATION,
};
