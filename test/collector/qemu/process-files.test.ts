import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import { MOST_CONFIGURATION_BYTES } from '../../../collector/src/qemu/command-line/configuration-file.ts';
import { processSourceOf } from '../host/host-processes.ts';
import { createHostTree, type HostTree } from '../host/host-tree.ts';

const INCUS = readFileSync(new URL('../../fixtures/explain/incus.cfg', import.meta.url), 'utf8');

let tree: HostTree;
beforeEach(() => {
  tree = createHostTree();
  tree.link({ path: '/proc/7/cwd', target: '/' });
});
afterEach(() => tree.remove());

function start(words: string): void {
  tree.start({ pid: 7, argv: ['/opt/incus/bin/qemu-system-x86_64', ...words.split(' ')] });
}

async function read() {
  const answer = await processSourceOf(tree.files).read();
  if (answer.kind === 'unavailable') throw new Error(answer.why);
  return answer;
}

it('reads the -readconfig file that its QEMU sees, which may have a root of its own', async () => {
  start('-S -name web -readconfig /run/incus/web/qemu.conf');
  tree.write({ path: '/container/run/incus/web/qemu.conf', text: INCUS });
  tree.write({ path: '/run/incus/web/qemu.conf', text: '[chardev "monitor"]\npath = "/another"\n' });
  tree.link({ path: '/proc/7/root', target: '/container' });
  const { domains } = await read();
  expect(domains).toMatchObject([{ monitors: [{ kind: 'socket', path: '/run/incus/web/qemu.monitor' }] }]);
});

it('does not read one that is a pipe, absent or too long, and says so', async () => {
  tree.link({ path: '/proc/7/root', target: '/' });
  const findings = async () => (await read()).findings.map(({ sentence }) => sentence);
  start('-name web -hda /dev/null -readconfig /c');
  expect(await findings()).toContainEqual(expect.stringContaining('-readconfig /c, which cannot be read'));
  tree.write({ path: '/c', text: `${'#'.repeat(MOST_CONFIGURATION_BYTES)}\n` });
  expect(await findings()).toContainEqual(expect.stringContaining('-readconfig /c, which cannot be read'));
});

it('opens a pipe without waiting for who writes to it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-pipe-'));
  try {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await createHostFiles().readText(join(folder, 'pipe'))).toBeNull();
    expect(await createHostFiles().readText('/dev/zero')).toBeNull();
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('tells of PCI and USB devices that hold disks, and not of graphics cards and keyboards', async () => {
  start(
    '-name web -hda /i -device vfio-pci,host=0000:01:00.0 -device vfio-pci,host=02:00.0 -device vfio-pci,host=03:00.0',
  );
  tree.write({ path: '/sys/bus/pci/devices/0000:01:00.0/class', text: '0x030000\n' });
  tree.write({ path: '/sys/bus/pci/devices/0000:02:00.0/class', text: '0x010802\n' });
  const about = async () =>
    (await read()).findings.map(({ sentence }) => sentence).filter((one) => one.includes('handed'));
  expect(await about()).toEqual([
    'The PCI device 0000:02:00.0 of the host is handed to the guest as it is, with its disks, whose discards QEMU neither sees nor counts; they are left out.',
    'The PCI device 0000:03:00.0 of the host is handed to the guest as it is; if it holds disks, they are left out.',
  ]);
  start(
    '-name web -hda /i -device usb-host,vendorid=0x1234,productid=0xbeef -device usb-host,hostbus=1,hostaddr=4 -device usb-host,hostbus=1,hostport=3',
  );
  for (const [name, vendor, number, kind] of [
    ['1-1', '1234', '2', '08'],
    ['1-2', '4321', '4', '03'],
    ['1-3', '4322', '5', '08'],
  ] as const) {
    tree.write({ path: `/sys/bus/usb/devices/${name}/idVendor`, text: `${vendor}\n` });
    tree.write({ path: `/sys/bus/usb/devices/${name}/idProduct`, text: 'beef\n' });
    tree.write({ path: `/sys/bus/usb/devices/${name}/busnum`, text: '1\n' });
    tree.write({ path: `/sys/bus/usb/devices/${name}/devnum`, text: `${number}\n` });
    tree.write({ path: `/sys/bus/usb/devices/${name}:1.0/bInterfaceClass`, text: `${kind}\n` });
  }
  expect((await about()).map((one) => one.slice(0, 34))).toEqual([
    'The USB device 1234:beef of the ho',
    'The USB device 1-3 of the host is ',
  ]);
});
